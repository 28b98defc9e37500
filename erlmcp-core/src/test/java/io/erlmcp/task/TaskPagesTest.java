package io.erlmcp.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists of tasks, page by page. */
@Requirement("proto.tasks.index")
class TaskPagesTest extends TasksFixture {
    @Test
    void tasksAreListedByOwnerOldestFirstAndPageByPage() {
        try (Tasks tasks = tasks(SMALL.withMax(100, 100, 100).withPageSize(2))) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.add(ended(tasks, ANN).id());
                ended(tasks, BOB);
                clock.pass(Duration.ofMillis(1));
            }
            assertThat(listed(tasks, "principal ann")).isEqualTo(ids);
            assertThat(tasks.list("principal ann", null).tasks()).hasSize(2);
            assertThat(tasks.list("principal nobody", null))
                    .isEqualTo(new TaskPage(List.of(), false));
        }
    }

    @Test
    void noTaskIsReadToFindOutWhetherThereAreMore() {
        BusyStore store = new BusyStore();
        try (Tasks tasks = tasks(SMALL.withMax(100, 100, 100).withPageSize(2), store)) {
            ended(tasks, ANN);
            clock.pass(Duration.ofMillis(1));
            ended(tasks, ANN);
            TaskPage only = tasks.list("principal ann", null);
            assertThat(store.listed.get()).isEqualTo(2);
            assertThat(only.mayGoOn()).as("that is known without looking").isFalse();
            for (int i = 0; i < 2; i++) {
                clock.pass(Duration.ofMillis(1));
                ended(tasks, ANN);
            }
            TaskPage first = tasks.list("principal ann", null);
            assertThat(store.listed.get()).isEqualTo(4);
            TaskPage second = tasks.list("principal ann", behind(first));
            assertThat(store.listed.get()).isEqualTo(6);
            assertThat(first.mayGoOn()).isTrue();
            assertThat(tasks.list("principal ann", behind(second)))
                    .as("a last page that is full may be followed by an empty one")
                    .isEqualTo(new TaskPage(List.of(), false));
            assertThat(listed(tasks, "principal ann")).hasSize(4).doesNotHaveDuplicates();
        }
    }
}

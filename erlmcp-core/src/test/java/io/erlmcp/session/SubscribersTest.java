package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

@Requirement("proto.sub-filter")
class SubscribersTest {
    private static final String[] MATCHES = {"exact", "prefix", "template"};

    private static List<String> told(Subscribers<String> subscribers, String uri) {
        List<String> told = new ArrayList<>();
        subscribers.forEach(uri, told::add);
        return told;
    }

    /** Short words of few letters, so that prefixes of each other are common. */
    private static String word(Random random) {
        StringBuilder word = new StringBuilder("x:");
        for (int i = random.nextInt(7); i > 0; i--) {
            word.append((char) ('a' + random.nextInt(2)));
        }
        return word.toString();
    }

    private static ResourceFilter filter(Random random) {
        String match = MATCHES[random.nextInt(MATCHES.length)];
        String text = word(random);
        return ResourceFilter.of(
                match.equals("template") ? text + "{v}" + (random.nextBoolean() ? "b" : "") : text,
                match);
    }

    @Test
    void whoIsToldIsWhoHasAFilterThatCoversTheUriHoweverManyAreThere() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Subscribers<String> subscribers = new Subscribers<>();
            Map<String, Set<ResourceFilter>> all = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                String name = "s" + random.nextInt(12);
                ResourceFilter filter = filter(random);
                Set<ResourceFilter> own = all.computeIfAbsent(name, it -> new HashSet<>());
                // the same object each time: subscribers are told apart by identity
                String subscriber = name.intern();
                if (random.nextInt(3) == 0) {
                    subscribers.remove(filter, subscriber);
                    own.remove(filter);
                } else {
                    subscribers.add(filter, subscriber);
                    own.add(filter);
                }
            }
            for (int i = 0; i < 40; i++) {
                String uri = word(random);
                Set<String> expected = new HashSet<>();
                all.forEach(
                        (name, filters) -> {
                            if (filters.stream().anyMatch(it -> it.matches(uri))) {
                                expected.add(name);
                            }
                        });
                assertThat(told(subscribers, uri))
                        .as("seed %d, %s", seed, uri)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @Test
    void nothingStaysOfPatternsThatNobodyHasAnyMore() {
        Subscribers<String> subscribers = new Subscribers<>();
        ResourceFilter prefix = ResourceFilter.of("a:", "prefix");
        ResourceFilter template = ResourceFilter.of("a:{b}", null);
        subscribers.add(prefix, "one");
        subscribers.add(prefix, "two");
        subscribers.add(template, "one");
        assertThat(subscribers.patterns()).isEqualTo(2);
        subscribers.remove(prefix, "one");
        assertThat(subscribers.hasPattern(prefix)).isTrue();
        subscribers.remove(prefix, "two");
        subscribers.remove(template, "one");
        assertThat(subscribers.patterns()).isZero();
        assertThat(subscribers.hasPattern(prefix)).isFalse();
        assertThat(told(subscribers, "a:b")).isEmpty();
    }
}

package io.erlmcp.repository;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.erlmcp.testing.Requirement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes of a peer never choose a class. */
@Requirement("security.parsing")
class UntrustedInputTest {
    static final ArchRule NO_JAVA_DESERIALIZATION =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "java\\.io\\.(ObjectInput.*|Externalizable)|java\\.beans\\.XMLDecoder"
                                    + "|java\\.rmi\\..*|javax\\.script\\..*|javax\\.naming\\..*");

    static final ArchRule NO_POLYMORPHIC_TYPING =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            "com\\.fasterxml\\.jackson\\.annotation\\.JsonTypeInfo.*"
                                    + "|tools\\.jackson\\.databind\\.jsontype\\..*"
                                    + "|tools\\.jackson\\.databind\\.DefaultTyping");

    @Test
    void nothingReadsSerializedObjects() {
        NO_JAVA_DESERIALIZATION.check(Classes.production());
        assertThatThrownBy(
                        () ->
                                NO_JAVA_DESERIALIZATION.check(
                                        new ClassFileImporter().importClasses(Reader.class)))
                .hasMessageContaining("ObjectInputStream");
    }

    @Test
    void noTypeIsNamedByTheInput() {
        NO_POLYMORPHIC_TYPING.check(Classes.production());
    }

    /** Breaks the rule; never run. */
    static final class Reader {
        static @Nullable Object read(byte[] bytes) throws IOException, ClassNotFoundException {
            return new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
        }
    }
}

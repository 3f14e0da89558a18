package io.brume.common;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The directions of this module's dependencies. Ordinary tests, so that none runs silently. */
final class CommonArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.brume.common");

    @Test
    void knowsNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.brume.control..",
                        "io.brume.node..",
                        "io.brume.storage..",
                        "io.brume.cli..",
                        "io.brume.proto..")
                .because("everything depends on common")
                .check(CLASSES);
    }

    private static ArchRule endsNoProgram(Class<?> owner, String method, Class<?>... parameters) {
        return noClasses()
                .should()
                .callMethod(owner, method, parameters)
                .because("only a program's main class knows that nothing else is running");
    }

    @Test
    void endsNoProgram() {
        endsNoProgram(System.class, "exit", int.class).check(CLASSES);
    }

    @Test
    void theRulesCanFail() {
        assertThatThrownBy(() -> endsNoProgram(System.class, "nanoTime").check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void writesToNoStandardStream() {
        noClasses()
                .should(ACCESS_STANDARD_STREAMS)
                .because("a program logs, or a caller gets an answer")
                .check(CLASSES);
    }

    @Test
    void packagesOfOneLevelHaveNoCycle() {
        slices().matching("io.brume.common.(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching("io.brume.common.aws.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}

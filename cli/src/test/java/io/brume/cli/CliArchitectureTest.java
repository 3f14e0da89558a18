package io.brume.cli;

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
final class CliArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.brume.cli");

    @Test
    void knowsNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.brume.control..", "io.brume.node..", "io.brume.storage..")
                .because("the command line is a client like any other")
                .check(CLASSES);
    }

    private static ArchRule endsTheProgramOnlyIn(String main) {
        return noClasses()
                .that()
                .doNotHaveFullyQualifiedName(main)
                .should()
                .callMethod(System.class, "exit", int.class)
                .because("only a program's main class knows that nothing else is running");
    }

    @Test
    void onlyTheMainClassEndsTheProgram() {
        endsTheProgramOnlyIn("io.brume.cli.Brume").check(CLASSES);
    }

    @Test
    void theRulesCanFail() {
        assertThatThrownBy(() -> endsTheProgramOnlyIn("no.such.Class").check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void onlyTheOutputWritesToTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.brume.cli.output..")
                .should(ACCESS_STANDARD_STREAMS)
                .because("one place decides on colours, widths and formats")
                .check(CLASSES);
    }

    @Test
    void packagesOfOneLevelHaveNoCycle() {
        slices().matching("io.brume.cli.(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching("io.brume.cli.command.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}

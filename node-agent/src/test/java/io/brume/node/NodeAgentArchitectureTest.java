package io.brume.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class NodeAgentArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.brume.node");

    @Test
    void processesAreStartedInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.brume.node.host.HostProcesses")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .because("every process has a timeout, a clean environment and bounded output")
                .check(CLASSES);
    }

    @Test
    void onlyItsPackageKnowsQemu() {
        classes()
                .that()
                .resideInAPackage("io.brume.node.host..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.brume.node.host..", "io.brume.common..", "java..", "org.jspecify..")
                .because("the host knows no instance, image or network")
                .check(CLASSES);
    }

    @Test
    void thereIsSomethingToCheck() {
        assertThat(CLASSES).hasSizeGreaterThan(20);
    }

    @Test
    void knowsNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.brume.control..", "io.brume.storage..", "io.brume.cli..")
                .because("programs talk over proto, and are built and replaced one by one")
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
        endsTheProgramOnlyIn("io.brume.node.NodeAgent").check(CLASSES);
    }

    @Test
    void theRulesCanFail() {
        assertThatThrownBy(() -> endsTheProgramOnlyIn("no.such.Class").check(CLASSES))
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
        slices().matching("io.brume.node.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}

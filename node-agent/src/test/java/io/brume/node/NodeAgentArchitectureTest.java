package io.brume.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * What this module alone has to keep; what every module keeps is in {@code
 * io.brume.cli.ArchitectureTest}.
 */
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
}

package io.brume.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules that all modules keep; what only one has to keep stands in its own test. Here because
 * this module's tests see them all. Ordinary tests, so that none runs silently.
 */
final class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.brume");

    /**
     * A module.
     *
     * @param known the modules that its main code may know
     * @param reason why no more
     */
    record Module(String name, List<String> known, String reason) {
        String root() {
            return "io.brume." + name;
        }

        ArchRule knowsNoMore() {
            return noClasses()
                    .that()
                    .resideInAPackage(root() + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            modules()
                                    .filter(other -> !other.equals(this))
                                    .filter(other -> !known.contains(other.name))
                                    .map(other -> other.root() + "..")
                                    .toArray(String[]::new))
                    .because(reason);
        }
    }

    static Stream<Module> modules() {
        List<String> base = List.of("proto", "common");
        List<String> stored = List.of("proto", "common", "store");
        List<String> nodes = List.of("proto", "common", "session");
        List<String> storage = List.of("proto", "common", "store", "session");
        return Stream.of(
                new Module("proto", List.of(), "programs agree on it, whatever else they are"),
                new Module("common", List.of(), "everything depends on common"),
                new Module("store", List.of("common"), "it knows no noun"),
                new Module("session", base, "every kind of node has one"),
                new Module("control", stored, "programs talk over proto"),
                new Module("node", nodes, "programs talk over proto, and are replaced one by one"),
                new Module("storage", storage, "programs talk over proto"),
                new Module("cli", base, "the command line is a client like any other"));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void knowsNoMoreModulesThanItMay(Module module) {
        module.knowsNoMore().check(CLASSES);
    }

    @Test
    void theRuleOfModulesCanFail() {
        assertThatThrownBy(() ->
                        new Module("node", List.of("proto", "common"), "of the test")
                                .knowsNoMore()
                                .check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(modules())
                .allSatisfy(module ->
                        assertThat(CLASSES.stream())
                                .anyMatch(each -> each.getPackageName().startsWith(module.root())));
        assertThat(CLASSES).hasSizeGreaterThan(1000);
    }

    private static ArchRule endsTheProgramOnlyIn(String mains) {
        return noClasses()
                .that()
                .haveNameNotMatching(mains)
                .should()
                .callMethod(System.class, "exit", int.class)
                .because("only a program's main class knows that nothing else is running");
    }

    @Test
    void onlyTheMainClassesEndTheirPrograms() {
        endsTheProgramOnlyIn(
                        "io\\.brume\\."
                            + "(control\\.ControlPlane|node\\.NodeAgent|storage\\.StorageNode|cli\\.Brume)")
                .check(CLASSES);
    }

    @Test
    void theRulesCanFail() {
        assertThatThrownBy(() -> endsTheProgramOnlyIn("no.such.Class").check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void onlyTheTerminalsOutputWritesToStandardStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.brume.cli.output..")
                .should(ACCESS_STANDARD_STREAMS)
                .because(
                        "a program logs, or a caller gets an answer; for people one place decides"
                                + " on colours, widths and formats")
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.brume.common.(*)..",
                "io.brume.common.aws.(*)..",
                "io.brume.control.(*)..",
                "io.brume.control.api.(*)..",
                "io.brume.control.fleet.(*)..",
                "io.brume.node.(*)..",
                "io.brume.storage.(*)..",
                "io.brume.cli.(*)..",
                "io.brume.cli.command.(*)..",
            })
    void packagesOfOneLevelHaveNoCycle(String level) {
        slices().matching(level).should().beFreeOfCycles().check(CLASSES);
    }
}

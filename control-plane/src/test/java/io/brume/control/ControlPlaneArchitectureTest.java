package io.brume.control;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/**
 * The directions between this module's packages; what every module keeps is in {@code
 * io.brume.cli.ArchitectureTest}. Ordinary tests, so that none runs silently.
 */
final class ControlPlaneArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.brume.control");

    private static ArchRule plainJava(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .or()
                .haveSimpleNameEndingWith("Planner")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..",
                        "io.grpc..",
                        "com.google.protobuf..",
                        "io.brume.proto..",
                        "org.rocksdb..",
                        "org.apache.ratis..",
                        "io.micrometer..",
                        "software.amazon..")
                .because("rules and plans are tested without any of it");
    }

    @Test
    void rulesAndPlansArePlainJava() {
        plainJava("io.brume.control.domain..", "io.brume.control.scheduler..").check(CLASSES);
    }

    @Test
    void theRuleOfPlainJavaCanFail() {
        assertThatThrownBy(() -> plainJava("io.brume.control.store.codec..").check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void frontDoorsKnowNoRaftNoDatabaseAndNoAgent() {
        noClasses()
                .that()
                .resideInAPackage("io.brume.control.api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.ratis..",
                        "org.rocksdb..",
                        "io.brume.common.raft..",
                        "io.brume.store.raft..",
                        "io.brume.store.rocks..",
                        "io.brume.store.commit..",
                        "io.brume.store.machine..",
                        "io.brume.control.fleet.grpc..",
                        "io.grpc..")
                .because("a handler commits what is wanted; reconcilers see to it")
                .check(CLASSES);
    }

    @Test
    void onlyTheCompositionRootKnowsTheFrontDoors() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.brume.control.api..")
                .and()
                .haveNameNotMatching("io\\.brume\\.control\\.(ControlPlane|Bootstrap)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.brume.control.api..")
                .because("the rest of the cloud does not know how it is called")
                .check(CLASSES);
    }

    @Test
    void nounsNameOneAnotherByIdsOnly() {
        // As AWS's do, both ways: an interface its instance, an instance its interfaces.
        slices().matching("io.brume.control.domain.(*)..")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(alwaysTrue(), simpleNameEndingWith("Id"))
                .check(CLASSES);
    }
}

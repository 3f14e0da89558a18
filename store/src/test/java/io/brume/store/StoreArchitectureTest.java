package io.brume.store;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class StoreArchitectureTest {
    private static final JavaClasses STORE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.brume.store", "io.brume.common.raft");

    private static ArchRule deterministic(String inPackage) {
        return noClasses()
                .that()
                .resideInAPackage(inPackage)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.time..",
                        "java.util.random..",
                        "java.io..",
                        "java.nio..",
                        "java.net..",
                        "java.lang.foreign..",
                        "io.brume.common..",
                        "org.rocksdb..",
                        "org.apache.ratis..",
                        "io.vertx..",
                        "io.grpc..",
                        "io.micrometer..",
                        "org.slf4j..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.(Thread|ProcessBuilder|ThreadLocal|Runtime)"
                                + "|java\\.util\\.(Random|SplittableRandom|UUID|Timer|Date)"
                                + "|java\\.security\\.SecureRandom"
                                + "|java\\.util\\.concurrent\\.(.*Executor.*|CompletableFuture"
                                + "|ThreadLocalRandom|ForkJoin.*|TimeUnit)")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .because("every member must make the same of the same log");
    }

    @Test
    void theMachineIsDeterministic() {
        deterministic("io.brume.store.machine").check(STORE);
    }

    @Test
    void theRuleOfTheMachineCanFail() {
        assertThatThrownBy(() -> deterministic("io.brume.store.rocks").check(STORE))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void rocksDbAndRatisStayInTheirPackages() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.brume.store.rocks")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(STORE);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.brume.common.raft")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis..")
                .check(STORE);
    }

    @Test
    void onlyItsOwnersHoldNativeHandles() {
        noClasses()
                .that()
                .resideInAPackage("io.brume.store.rocks")
                .and()
                .haveSimpleNameNotEndingWith("Database")
                .and()
                .haveSimpleNameNotEndingWith("RocksView")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.rocksdb\\.(RocksDB|.*Options|.*Iterator|Snapshot|.*Cache)")
                .check(STORE);
    }

    @Test
    void whoUsesTheStoreSeesNothingBehindIt() {
        noClasses()
                .that()
                .resideInAPackage("io.brume.store")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.brume.store.*..")
                .check(STORE);
    }

    @Test
    void noCycleBetweenItsPackages() {
        slices().matching("io.brume.store.(*)..").should().beFreeOfCycles().check(STORE);
    }
}

package onceward.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses GATEWAY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("onceward");

  @Test
  void the_gateway_talks_to_no_database_and_no_kafka() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.sql..",
            "javax.sql..",
            "io.micronaut.data..",
            "org.postgresql..",
            "org.apache.kafka..",
            "io.debezium..")
        .check(GATEWAY);
  }

  @Test
  void the_gateway_knows_nothing_else_of_ours_but_tokens_problems_management_and_its_start() {
    noClasses()
        .that()
        .resideInAPackage("onceward.gateway..")
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("onceward..")
                .and(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages(
                        "onceward.gateway..",
                        "onceward.accesstoken..",
                        "onceward.management..",
                        "onceward.problem..",
                        "onceward.start..")))
        .check(GATEWAY);
  }

  @Test
  void features_have_no_cycles() {
    slices().matching("onceward.gateway.(*)..").should().beFreeOfCycles().check(GATEWAY);
  }

  @Test
  void problems_know_nothing_of_the_features_that_raise_them() {
    noClasses()
        .that()
        .resideInAPackage("onceward.gateway.problem")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "onceward.gateway.routing", "onceward.gateway.identity", "onceward.gateway.me")
        .check(GATEWAY);
  }

  @Test
  void tokens_are_read_in_one_place() {
    noClasses()
        .that()
        .resideInAPackage("onceward.gateway..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.nimbusds..")
        .check(GATEWAY);
  }

  @Test
  void packages_are_null_marked() {
    assertThat(GATEWAY.getPackage("onceward.gateway").getSubpackagesInTree())
        .isNotEmpty()
        .allMatch(ArchitectureTest::isNullMarked);
  }

  private static boolean isNullMarked(JavaPackage checked) {
    return checked.getClasses().isEmpty() || checked.isAnnotatedWith(NullMarked.class);
  }
}

package onceward.user;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("onceward.user");

  @Test
  void the_service_knows_no_other_service() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.auth..", "onceward.gateway..", "onceward.relay..")
        .check(SERVICE);
  }

  @Test
  void the_service_touches_no_kafka_client_it_appends_and_handles() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(SERVICE);
  }

  @Test
  void features_do_not_know_each_other_in_circles() {
    slices().matching("onceward.user.(*)..").should().beFreeOfCycles().check(SERVICE);
  }
}

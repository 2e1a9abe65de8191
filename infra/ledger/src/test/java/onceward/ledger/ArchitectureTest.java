package onceward.ledger;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {

  private static final String LEDGER = "onceward.ledger..";
  private static final String SOURCE = "onceward.ledger.source..";
  private static final String SORT = "onceward.ledger.sort..";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("onceward.ledger");

  @Test
  void comparing_and_following_stand_on_what_is_read_and_never_the_other_way() {
    noClasses()
        .that()
        .resideInAPackage(SORT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "onceward.ledger.source..", "onceward.ledger.verify..", "onceward.ledger.trace..")
        .check(CODE);
    noClasses()
        .that()
        .resideInAPackage(SOURCE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "onceward.ledger", "onceward.ledger.verify..", "onceward.ledger.trace..")
        .check(CODE);
    noClasses()
        .that()
        .resideInAnyPackage("onceward.ledger.verify..", "onceward.ledger.trace..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("onceward.ledger")
        .check(CODE);
  }

  /** A ledger that could run a service could change what it compares. */
  @Test
  void of_the_library_it_knows_what_a_message_looks_like_on_the_wire() {
    classes()
        .that()
        .resideInAPackage(LEDGER)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            LEDGER,
            "java..",
            "org.apache.kafka..",
            "com.fasterxml.jackson..",
            "org.jspecify..",
            "onceward.messaging")
        .check(CODE);
  }

  @Test
  void only_what_is_read_asks_servers() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SOURCE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka.clients..", "java.net..")
        .check(CODE);
  }
}

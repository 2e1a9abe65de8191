package onceward.messaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses LIBRARY =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("onceward");

  @Test
  void the_library_knows_no_service() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "onceward.auth..", "onceward.user..", "onceward.gateway..", "onceward.relay..")
        .check(LIBRARY);
  }

  @Test
  void appending_and_claiming_know_nothing_of_kafka() {
    noClasses()
        .that()
        .resideInAnyPackage("onceward.messaging.outbox..", "onceward.messaging.inbox..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(LIBRARY);
  }

  @Test
  void the_library_publishes_nothing_itself() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.apache.kafka.clients.producer.KafkaProducer")
        .check(LIBRARY);
  }

  @Test
  void the_two_ends_do_not_know_each_other() {
    slices().matching("onceward.messaging.(*)..").should().beFreeOfCycles().check(LIBRARY);
    noClasses()
        .that()
        .resideInAPackage("onceward.messaging.outbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.messaging.inbox..", "onceward.messaging.subscription..")
        .check(LIBRARY);
  }
}

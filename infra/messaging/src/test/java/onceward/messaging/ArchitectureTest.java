package onceward.messaging;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import onceward.messaging.subscription.Versions;
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

  @Test
  void polling_and_replay_deliver_delivery_knows_dead_letters_and_nobody_looks_back() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("polling")
        .definedBy("onceward.messaging.polling..")
        .layer("replay")
        .definedBy("onceward.messaging.replay..")
        .layer("delivery")
        .definedBy("onceward.messaging.delivery..")
        .layer("dead letters")
        .definedBy("onceward.messaging.deadletter..")
        .layer("handling")
        .definedBy("onceward.messaging.handling..")
        .layer("read models")
        .definedBy("onceward.messaging.readmodel..")
        .layer("key")
        .definedBy("onceward.messaging.key..")
        .layer("subscription")
        .definedBy("onceward.messaging.subscription..")
        .whereLayer("polling")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("replay")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("delivery")
        .mayOnlyBeAccessedByLayers("polling", "replay")
        .whereLayer("read models")
        .mayOnlyBeAccessedByLayers("replay")
        .whereLayer("dead letters")
        .mayOnlyBeAccessedByLayers("polling", "replay", "delivery")
        .whereLayer("handling")
        .mayOnlyBeAccessedByLayers("polling", "replay", "delivery", "dead letters")
        .whereLayer("key")
        .mayOnlyBeAccessedByLayers("replay", "delivery", "dead letters", "handling")
        .check(LIBRARY);
  }

  @Test
  void what_services_use_knows_nothing_of_how_it_is_done() {
    noClasses()
        .that()
        .resideInAPackage("onceward.messaging.subscription..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "java.sql..", "io.micronaut..")
        .check(LIBRARY);
  }

  @Test
  void whether_a_key_may_go_on_is_decided_without_a_database_a_clock_or_a_thread() {
    classes()
        .that()
        .resideInAPackage("onceward.messaging.key..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "java.lang..", "java.util", "org.jspecify..", "onceward.messaging.key..")
                .or(type(Versions.class)))
        .check(LIBRARY);
  }

  @Test
  void which_records_go_into_one_transaction_is_decided_by_the_records_alone() {
    noClasses()
        .that()
        .haveSimpleNameStartingWith("BatchPlan")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "java.time..", "io.micronaut..", "onceward.messaging")
        .check(LIBRARY);
  }
}

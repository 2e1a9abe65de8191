package onceward.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.debezium.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;

/** Which room may know which. */
class ArchitectureTest {

  private static final JavaClasses RELAY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("onceward.relay");

  @Test
  void only_the_capture_by_debeziums_engine_knows_debezium_and_kafka_connect() {
    noClasses()
        .that()
        .resideOutsideOfPackage("onceward.relay.capture.engine")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.debezium..", "org.apache.kafka.connect..")
        .check(RELAY);
  }

  @Test
  void only_source_quarantine_and_republish_ask_postgresql_and_the_capture_streams_from_it() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "onceward.relay.source",
            "onceward.relay.quarantine",
            "onceward.relay.republish",
            "onceward.relay.capture.pgoutput")
        .and()
        // Debezium connects by a class of ours.
        .areNotAssignableTo(JdbcConnection.ConnectionFactory.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.postgresql..", "java.sql..")
        .check(RELAY);
  }

  @Test
  void only_publish_knows_the_kafka_client() {
    noClasses()
        .that()
        .resideOutsideOfPackage("onceward.relay.publish")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka.clients..", "org.apache.kafka.common..")
        .check(RELAY);
  }

  @Test
  void capture_and_publish_know_neither_each_other_nor_who_runs_them() {
    noClasses()
        .that()
        .resideInAPackage("onceward.relay.capture..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.relay.pipeline", "onceward.relay.publish")
        .check(RELAY);
    noClasses()
        .that()
        .resideInAPackage("onceward.relay.publish")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.relay.pipeline", "onceward.relay.capture..")
        .check(RELAY);
  }

  @Test
  void the_two_captures_do_not_know_each_other() {
    slices().matching("onceward.relay.capture.(*)").should().notDependOnEachOther().check(RELAY);
  }

  @Test
  void only_operations_and_the_program_know_the_pipeline() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "onceward.relay", "onceward.relay.operations", "onceward.relay.pipeline")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("onceward.relay.pipeline")
        .check(RELAY);
  }

  @Test
  void the_machine_knows_no_thread_no_clock_and_no_connection() {
    noClasses()
        .that()
        .haveNameMatching(
            "onceward\\.relay\\.pipeline\\.(PipelineMachine|State|Activity|Decision|Trouble)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.(Thread|System)|java\\.util\\.concurrent\\.locks\\..*|org\\.slf4j\\..*|onceward\\.relay\\.pipeline\\.(Pipeline|Generation|PipelineParts)")
        .check(RELAY);
  }

  @Test
  void no_business_word_is_known_here() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.auth..", "onceward.user..", "onceward.gateway..")
        .check(RELAY);
  }

  @Test
  void packages_form_no_cycle() {
    slices().matching("onceward.relay.(*)..").should().beFreeOfCycles().check(RELAY);
  }
}

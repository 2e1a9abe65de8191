package onceward.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.debezium.jdbc.JdbcConnection;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {

  private static final JavaClasses RELAY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("onceward.relay");

  @Test
  void only_capture_knows_debezium_and_kafka_connect() {
    noClasses()
        .that()
        .resideOutsideOfPackage("onceward.relay.capture")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.debezium..", "org.apache.kafka.connect..")
        .check(RELAY);
  }

  @Test
  void only_database_asks_postgresql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("onceward.relay.database")
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
        .resideInAPackage("onceward.relay.capture")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.relay", "onceward.relay.publish")
        .check(RELAY);
    noClasses()
        .that()
        .resideInAPackage("onceward.relay.publish")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.relay", "onceward.relay.capture")
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

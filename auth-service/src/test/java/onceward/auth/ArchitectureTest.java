package onceward.auth;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static onceward.messaging.testkit.rules.MessagingRules.payloadsHoldNoSecrets;
import static onceward.messaging.testkit.rules.MessagingRules.theServiceKnowsNoneOf;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import onceward.messaging.testkit.rules.MessagingRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("onceward.auth");

  @Test
  void the_service_knows_no_other_service() {
    theServiceKnowsNoneOf("onceward.user..", "onceward.gateway..", "onceward.relay..")
        .check(SERVICE);
  }

  @Test
  void the_service_touches_no_kafka_client_it_appends_and_handles() {
    MessagingRules.THE_SERVICE_APPENDS_AND_HANDLES_AND_TOUCHES_NO_KAFKA_CLIENT.check(SERVICE);
  }

  @Test
  void messages_are_appended_and_handled_in_one_transaction() {
    MessagingRules.MESSAGES_ARE_APPENDED_IN_A_TRANSACTION.check(SERVICE);
    MessagingRules.HANDLERS_STAY_IN_THEIR_TRANSACTION.check(SERVICE);
  }

  @Test
  void messages_hold_no_secrets() {
    payloadsHoldNoSecrets(nameMatching(".*Messages\\$.*")).check(SERVICE);
  }

  @Test
  void features_do_not_know_each_other_in_circles() {
    slices().matching("onceward.auth.(*)..").should().beFreeOfCycles().check(SERVICE);
  }

  @Test
  void accounts_and_passwords_know_neither_sign_up_nor_login() {
    noClasses()
        .that()
        .resideInAnyPackage("onceward.auth.account..", "onceward.auth.password..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("onceward.auth.registration..", "onceward.auth.session..")
        .check(SERVICE);
  }
}

package onceward.messaging.testkit.rules;

import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import onceward.messaging.testkit.rules.BreakingRules.Audit;
import onceward.messaging.testkit.rules.BreakingRules.LeavesItsTransaction;
import onceward.messaging.testkit.rules.BreakingRules.Loose;
import onceward.messaging.testkit.rules.BreakingRules.LooseHelper;
import onceward.messaging.testkit.rules.BreakingRules.SendsPastTheOutbox;
import onceward.messaging.testkit.rules.BreakingRules.SubscribesWhatLeavesItsTransaction;
import onceward.messaging.testkit.rules.BreakingRules.WithHash;
import onceward.messaging.testkit.rules.BreakingRules.WithPassword;
import onceward.messaging.testkit.rules.BreakingRules.WithTokenInside;
import onceward.messaging.testkit.rules.BreakingRules.WithTokenInside.Login;
import org.junit.jupiter.api.Test;

/** Goal: each rule lets pass what keeps it, and names what breaks it. */
class MessagingRulesTest {

  private static final JavaClasses KEEPING =
      new ClassFileImporter().importClasses(KeepingRules.class.getDeclaredClasses());

  private static final ArchRule PAYLOADS =
      MessagingRules.payloadsHoldNoSecrets(nameMatching(".*\\$(With|Placed).*"));

  @Test
  void code_that_keeps_the_rules_passes() {
    for (var rule :
        List.of(
            MessagingRules.THE_SERVICE_APPENDS_AND_HANDLES_AND_TOUCHES_NO_KAFKA_CLIENT,
            MessagingRules.MESSAGES_ARE_APPENDED_IN_A_TRANSACTION,
            MessagingRules.HANDLERS_STAY_IN_THEIR_TRANSACTION,
            PAYLOADS,
            MessagingRules.theServiceKnowsNoneOf("com.example.."))) {
      assertThatCode(() -> rule.check(KEEPING))
          .as(rule.getDescription())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void a_kafka_client_is_named() {
    assertThat(
            violations(
                MessagingRules.THE_SERVICE_APPENDS_AND_HANDLES_AND_TOUCHES_NO_KAFKA_CLIENT,
                SendsPastTheOutbox.class))
        .isNotEmpty()
        .allMatch(violation -> violation.contains("Producer"));
  }

  @Test
  void an_append_that_nothing_puts_into_a_transaction_is_named_by_its_method() {
    var rule = MessagingRules.MESSAGES_ARE_APPENDED_IN_A_TRANSACTION;

    assertThat(violations(rule, Loose.class))
        .hasSize(3)
        .anyMatch(violation -> violation.contains("Loose.place("))
        .anyMatch(violation -> violation.contains("Loose.placeIfAny("))
        .anyMatch(violation -> violation.contains("Loose.placePerhaps("));
  }

  @Test
  void an_append_in_a_helper_that_one_caller_calls_without_a_transaction_is_named() {
    assertThat(violations(MessagingRules.MESSAGES_ARE_APPENDED_IN_A_TRANSACTION, LooseHelper.class))
        .singleElement()
        .asString()
        .contains("LooseHelper.append(")
        .contains("@Transactional");
  }

  @Test
  void a_handler_that_reaches_a_transaction_of_its_own_is_named_with_what_it_reaches() {
    assertThat(
            violations(
                MessagingRules.HANDLERS_STAY_IN_THEIR_TRANSACTION,
                LeavesItsTransaction.class,
                Audit.class))
        .singleElement()
        .asString()
        .contains("LeavesItsTransaction.handle(")
        .contains("Audit.write()");
  }

  @Test
  void what_is_given_to_a_subscription_is_held_to_the_same() {
    assertThat(
            violations(
                MessagingRules.HANDLERS_STAY_IN_THEIR_TRANSACTION,
                SubscribesWhatLeavesItsTransaction.class,
                Audit.class))
        .singleElement()
        .asString()
        .contains("SubscribesWhatLeavesItsTransaction")
        .contains("Audit.write()");
  }

  @Test
  void a_secret_in_a_payload_is_named_at_any_depth() {
    assertThat(
            violations(
                PAYLOADS, WithPassword.class, WithHash.class, WithTokenInside.class, Login.class))
        .anyMatch(violation -> violation.contains("WithPassword.password"))
        .anyMatch(violation -> violation.contains("WithHash.passwordHash"))
        .anyMatch(violation -> violation.contains("Login.APIToken"))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void payloads_that_are_looked_for_in_the_wrong_place_are_noticed() {
    var rule = MessagingRules.payloadsHoldNoSecrets(nameMatching("nothing"));

    assertThatCode(() -> rule.check(KEEPING)).isInstanceOf(AssertionError.class);
  }

  @Test
  void a_class_of_another_service_is_named() {
    assertThat(
            violations(MessagingRules.theServiceKnowsNoneOf("onceward.messaging.."), Loose.class))
        .anyMatch(violation -> violation.contains("NewMessage"));
  }

  private static List<String> violations(ArchRule rule, Class<?>... classes) {
    return rule.evaluate(new ClassFileImporter().importClasses(classes))
        .getFailureReport()
        .getDetails();
  }
}

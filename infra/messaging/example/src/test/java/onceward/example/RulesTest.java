package onceward.example;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import onceward.messaging.testkit.rules.MessagingRules;
import org.junit.jupiter.api.Test;

class RulesTest {

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("onceward.example");

  @Test
  void it_touches_no_kafka_client() {
    MessagingRules.THE_SERVICE_APPENDS_AND_HANDLES_AND_TOUCHES_NO_KAFKA_CLIENT.check(SERVICE);
  }

  @Test
  void it_appends_in_a_transaction() {
    MessagingRules.MESSAGES_ARE_APPENDED_IN_A_TRANSACTION.check(SERVICE);
  }

  @Test
  void its_handlers_stay_in_their_transaction() {
    MessagingRules.HANDLERS_STAY_IN_THEIR_TRANSACTION.check(SERVICE);
  }
}

package onceward.messaging.testkit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Clears up after a class, also when its application did not start. */
final class MessagingExtension implements AfterAllCallback {

  @Override
  public void afterAll(ExtensionContext context) {
    TestClasses.end(context.getRequiredTestClass());
  }
}

package onceward.messaging.testkit;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** The surroundings of the running test class, as a bean of the application under test. */
@Factory
@Requires(property = MessagingTestProperties.TEST_CLASS)
final class InjectedTestService {

  @Singleton
  TestService service(@Property(name = MessagingTestProperties.TEST_CLASS) String testClass) {
    return TestClasses.running(testClass);
  }
}

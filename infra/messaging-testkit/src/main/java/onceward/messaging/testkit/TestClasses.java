package onceward.messaging.testkit;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The surroundings of the test classes that run now, by the names of the classes. */
final class TestClasses {

  private static final Map<String, TestService> RUNNING = new ConcurrentHashMap<>();

  private TestClasses() {}

  /** The surroundings of a class, created at first. */
  static TestService of(Class<?> testClass, MessagingTest wanted) {
    return RUNNING.computeIfAbsent(
        testClass.getName(), _ -> TestService.create(wanted.name(), wanted.topics()));
  }

  static TestService running(String testClass) {
    return requireNonNull(
        RUNNING.get(testClass), () -> testClass + " has no surroundings, or is over");
  }

  /** Does nothing if the class has none, as a nested class does not. */
  static void end(Class<?> testClass) {
    var service = RUNNING.remove(testClass.getName());
    if (service != null) {
      service.close();
    }
  }
}

package onceward.messaging.testkit;

import io.micronaut.context.annotation.Property;
import io.micronaut.test.support.TestPropertyProvider;
import io.micronaut.test.support.TestPropertyProviderFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Configures the application of a class annotated with {@link MessagingTest}. Public only for the
 * framework, which finds it as a service and asks it about every test class.
 */
public final class MessagingTestProperties implements TestPropertyProviderFactory {

  static final String TEST_CLASS = "messaging.testkit.test-class";

  @Override
  public TestPropertyProvider create(Map<String, Object> available, Class<?> testClass) {
    return () ->
        AnnotationSupport.findAnnotation(testClass, MessagingTest.class)
            .map(wanted -> properties(testClass, wanted))
            .orElse(Map.of());
  }

  private static Map<String, String> properties(Class<?> testClass, MessagingTest wanted) {
    var properties = new HashMap<>(TestClasses.of(testClass, wanted).properties());
    properties.put(TEST_CLASS, testClass.getName());
    // The framework would let these override what the class itself says.
    AnnotationSupport.findRepeatableAnnotations(testClass, Property.class)
        .forEach(property -> properties.remove(property.name()));
    return properties;
  }
}

package onceward.messaging.testkit;

import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of a Micronaut application on a real PostgreSQL and a real Kafka. The class gets a
 * database of its own with the roles that the migrations expect, the topics it names, and the
 * application configured for them; when the class is done, the replication slot is dropped.
 *
 * <pre>{@code
 * @MessagingTest(topics = "order.events")
 * class ShippingTest {
 *   @Inject TestService service;
 * }
 * }</pre>
 *
 * <p>{@link TestService} is a bean: inject it into a field, a constructor or a test method. The
 * application runs without a transaction around each test, or nothing would ever be committed. Put
 * {@code @MicronautTest(transactional = false, …)} beside this annotation to choose more; that one
 * counts then. A {@code @Property} on the class, and a {@code TestPropertyProvider}, override what
 * is set here. Inherited by subclasses, each of which then gets its own database.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(MessagingExtension.class)
@MicronautTest(transactional = false)
public @interface MessagingTest {

  /** One lower-case word that the database and its roles are named after. */
  String name() default "test";

  /** The topics to create unless they exist. */
  String[] topics() default {};
}

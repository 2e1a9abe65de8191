package onceward.messaging.testkit.rules;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaEnumConstant;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code @Transactional} says about a method, by the names that both annotations share. */
final class Propagation {

  /** The annotations, and the attribute that holds the propagation. */
  private static final Map<String, String> ANNOTATIONS =
      Map.of(
          "io.micronaut.transaction.annotation.Transactional", "propagation",
          "jakarta.transaction.Transactional", "value");

  private static final Set<String> GIVES_A_TRANSACTION =
      Set.of("REQUIRED", "MANDATORY", "REQUIRES_NEW", "NESTED");
  private static final Set<String> LEAVES_THE_TRANSACTION = Set.of("REQUIRES_NEW", "NOT_SUPPORTED");

  private Propagation() {}

  /** Whether the method runs in a transaction, because it says so. */
  static boolean givesTransaction(JavaCodeUnit method) {
    return of(method).filter(GIVES_A_TRANSACTION::contains).isPresent();
  }

  /** Whether the method does not run in the transaction of its caller, because it says so. */
  static boolean leavesTransaction(JavaCodeUnit method) {
    return of(method).filter(LEAVES_THE_TRANSACTION::contains).isPresent();
  }

  private static Optional<String> of(JavaCodeUnit method) {
    return on(method).or(() -> onClass(method.getOwner()));
  }

  private static Optional<String> onClass(JavaClass owner) {
    return on(owner).or(() -> owner.getRawSuperclass().flatMap(Propagation::onClass));
  }

  private static Optional<String> on(HasAnnotations<?> annotated) {
    for (var annotation : annotated.getAnnotations()) {
      var attribute = ANNOTATIONS.get(annotation.getRawType().getName());
      if (attribute != null) {
        return Optional.of(name(annotation, attribute));
      }
    }
    return Optional.empty();
  }

  private static String name(JavaAnnotation<?> annotation, String attribute) {
    return annotation
        .get(attribute)
        .map(value -> value instanceof JavaEnumConstant constant ? constant.name() : "REQUIRED")
        .orElse("REQUIRED");
  }
}

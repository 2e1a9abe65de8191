package onceward.messaging.testkit.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

final class StayInTransaction extends ArchCondition<JavaClass> {

  StayInTransaction() {
    super("stay in their transaction");
  }

  @Override
  public void check(JavaClass item, ConditionEvents events) {
    var handlers =
        item.getCodeUnits().stream()
            .filter(Handlers::isHandle)
            // A bridge does nothing but call the method that was written.
            .filter(method -> !method.getModifiers().contains(JavaModifier.BRIDGE));
    var given =
        item.getCodeUnits().stream()
            .flatMap(StayInTransaction::accesses)
            .filter(Handlers::isGivenToSubscription)
            .flatMap(access -> access.getTarget().resolveMember().stream());
    Stream.concat(handlers, given)
        .distinct()
        .forEach(handler ->
            reached(handler).stream()
                .filter(Propagation::leavesTransaction)
                .forEach(method -> events.add(violation(item, handler, method))));
  }

  private static ConditionEvent violation(
      JavaClass item, JavaCodeUnit handler, JavaCodeUnit method) {
    return SimpleConditionEvent.violated(
        item,
        "%s, handling a message in %s, reaches %s, which does not run in that transaction: take away its propagation"
            .formatted(handler.getFullName(), item.getName(), method.getFullName()));
  }

  private static Set<JavaCodeUnit> reached(JavaCodeUnit handler) {
    var reached = new LinkedHashSet<JavaCodeUnit>();
    var next = new ArrayDeque<JavaCodeUnit>();
    next.add(handler);
    while (!next.isEmpty()) {
      var method = next.remove();
      if (reached.add(method)) {
        accesses(method)
            .flatMap(access -> access.getTarget().resolveMember().stream())
            .forEach(next::add);
      }
    }
    return reached;
  }

  private static Stream<JavaCodeUnitAccess<?>> accesses(JavaCodeUnit method) {
    return Stream.concat(
        method.getMethodCallsFromSelf().stream(), method.getMethodReferencesFromSelf().stream());
  }
}

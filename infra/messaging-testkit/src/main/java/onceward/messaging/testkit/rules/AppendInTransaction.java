package onceward.messaging.testkit.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import onceward.messaging.outbox.Outbox;

final class AppendInTransaction extends ArchCondition<JavaClass> {

  private static final String HINT =
      ", which is not known to run in a transaction: annotate it with @Transactional, and with"
          + " propagation = MANDATORY if its callers have begun one";

  AppendInTransaction() {
    super("append in a transaction");
  }

  @Override
  public void check(JavaClass item, ConditionEvents events) {
    accesses(item)
        .filter(access -> access.getTargetOwner().isAssignableTo(Outbox.class))
        .filter(access -> access.getTarget().getName().startsWith("append"))
        .filter(access -> !isInTransaction(access, new HashSet<>()))
        .forEach(access ->
            events.add(SimpleConditionEvent.violated(access, access.getDescription() + HINT)));
  }

  private static Stream<JavaCodeUnitAccess<?>> accesses(JavaClass item) {
    return item.getCodeUnits().stream().flatMap(AppendInTransaction::accesses);
  }

  private static Stream<JavaCodeUnitAccess<?>> accesses(JavaCodeUnit method) {
    return Stream.concat(
        method.getMethodCallsFromSelf().stream(), method.getMethodReferencesFromSelf().stream());
  }

  private static boolean isInTransaction(JavaCodeUnitAccess<?> access, Set<JavaCodeUnit> seen) {
    var method = access.getOrigin();
    return Propagation.givesTransaction(method)
        || Handlers.isHandle(method)
        || Handlers.isGivenToSubscription(access)
        || Handlers.isGivenToTransaction(access)
        || isHelperInTransaction(method, seen);
  }

  /** A helper that calls itself is in a transaction if whoever else calls it is. */
  private static boolean isHelperInTransaction(JavaCodeUnit unit, Set<JavaCodeUnit> seen) {
    if (!(unit instanceof JavaMethod helper)
        || !helper.getModifiers().contains(JavaModifier.PRIVATE)) {
      return false;
    }
    seen.add(helper);
    var uses =
        Stream.<JavaCodeUnitAccess<?>>concat(
                helper.getCallsOfSelf().stream(), helper.getReferencesToSelf().stream())
            .toList();
    return !uses.isEmpty()
        && uses.stream()
            .filter(use -> !seen.contains(use.getOrigin()))
            .allMatch(use -> isInTransaction(use, seen));
  }
}

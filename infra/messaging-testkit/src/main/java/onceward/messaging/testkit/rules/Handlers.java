package onceward.messaging.testkit.rules;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethodReference;
import io.micronaut.transaction.TransactionOperations;
import onceward.messaging.subscription.MessageHandler;
import onceward.messaging.subscription.Subscription;

/** Where code is given to the library, which then runs it in a transaction. */
final class Handlers {

  private Handlers() {}

  /** Whether this is {@code handle} of a class that is a handler. */
  static boolean isHandle(JavaCodeUnit method) {
    return method.getName().equals("handle")
        && method.getOwner().isAssignableTo(MessageHandler.class);
  }

  /** Whether what is accessed is reached from a function made beside a call of Subscription.on. */
  static boolean isGivenToSubscription(JavaCodeUnitAccess<?> access) {
    return isFunction(access) && calls(access.getOrigin(), Subscription.class, "on");
  }

  /** Whether what is accessed is reached from a function made beside a transaction's beginning. */
  static boolean isGivenToTransaction(JavaCodeUnitAccess<?> access) {
    return isFunction(access) && calls(access.getOrigin(), TransactionOperations.class, "execute");
  }

  private static boolean isFunction(JavaCodeUnitAccess<?> access) {
    return access.isDeclaredInLambda() || access instanceof JavaMethodReference;
  }

  private static boolean calls(JavaCodeUnit method, Class<?> owner, String prefix) {
    return method.getMethodCallsFromSelf().stream()
        .map(call -> call.getTarget())
        .anyMatch(target ->
            target.getOwner().isAssignableTo(owner) && target.getName().startsWith(prefix));
  }
}

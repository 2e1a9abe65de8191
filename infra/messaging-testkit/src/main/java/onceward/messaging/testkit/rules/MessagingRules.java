package onceward.messaging.testkit.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;

/**
 * What holds in every service that appends and handles, as ArchUnit rules:
 *
 * <pre>{@code
 * MessagingRules.MESSAGES_ARE_APPENDED_IN_A_TRANSACTION.check(classes);
 * }</pre>
 *
 * <p>They read byte code, so each says what it cannot see. Immutable and safe for use by many
 * threads.
 */
public final class MessagingRules {

  /** No class depends on Kafka's: the library publishes and subscribes. */
  public static final ArchRule THE_SERVICE_APPENDS_AND_HANDLES_AND_TOUCHES_NO_KAFKA_CLIENT =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..")
          .as("the service appends and handles, and touches no Kafka client")
          .because("what is sent past the outbox is sent even if the transaction rolls back");

  /**
   * Every call of {@code Outbox} comes from
   *
   * <ul>
   *   <li>a method with {@code @Transactional} (of Micronaut or Jakarta), on itself or its class,
   *       that does open or demand a transaction,
   *   <li>{@code handle} of a {@code MessageHandler},
   *   <li>a lambda or method reference in a method that calls {@code Subscription.on} or {@code
   *       TransactionOperations},
   *   <li>or a private method that is only called from such places.
   * </ul>
   *
   * <p>Other methods that are called in a transaction can say so: {@code @Transactional(propagation
   * = MANDATORY)}. Not seen: a lambda that a transactional method hands to another thread.
   */
  public static final ArchRule MESSAGES_ARE_APPENDED_IN_A_TRANSACTION =
      classes()
          .should(new AppendInTransaction())
          .as("messages are appended in a transaction")
          .because("they are published exactly if that transaction commits")
          .allowEmptyShould(true);

  /**
   * Nothing that a {@code MessageHandler}, or what is given to {@code Subscription.on}, calls
   * leaves its transaction: no {@code @Transactional} with {@code REQUIRES_NEW} or {@code
   * NOT_SUPPORTED} is reached. Calls are followed through the imported classes by their static
   * type. Not seen: implementations behind an interface, and transactions begun in code.
   */
  public static final ArchRule HANDLERS_STAY_IN_THEIR_TRANSACTION =
      classes()
          .should(new StayInTransaction())
          .as("handlers stay in their transaction")
          .because("what commits apart from the claim happens again when the claim rolls back")
          .allowEmptyShould(true);

  private MessagingRules() {}

  /**
   * The payload types have no field, at any depth, whose name has the word password, hash, token,
   * secret or credential in it. Fails if there is no such type at all. Not seen: what is kept under
   * an innocent name.
   *
   * @param payloads which classes are payloads, e.g. {@code nameMatching(".*Messages\\$.*")}
   */
  public static ArchRule payloadsHoldNoSecrets(DescribedPredicate<? super JavaClass> payloads) {
    return classes()
        .that(payloads)
        .should(new HoldNoSecret())
        .because("what is published cannot be called back");
  }

  /**
   * No class depends on those of another service: what services share is messages.
   *
   * @param others packages, e.g. {@code com.example.billing..}
   */
  public static ArchRule theServiceKnowsNoneOf(String... others) {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .because("services share messages, not code");
  }
}

package onceward.messaging.testkit.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

final class HoldNoSecret extends ArchCondition<JavaClass> {

  private static final Pattern SECRET =
      Pattern.compile("(password|passwd|hash|token|secret|credential)(s|es)?");

  /** Before a capital that begins a word, and at what is neither letter nor digit. */
  private static final Pattern WORD_BORDER =
      Pattern.compile("(?<=[\\p{Ll}\\d])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})|[^\\p{L}\\d]+");

  HoldNoSecret() {
    super("hold no password, hash, token, secret or credential");
  }

  @Override
  public void check(JavaClass item, ConditionEvents events) {
    check(item, item, new HashSet<>(), events);
  }

  private static void check(
      JavaClass payload, JavaClass part, Set<JavaClass> seen, ConditionEvents events) {
    if (part.getPackageName().startsWith("java.") || part.isEnum() || !seen.add(part)) {
      return;
    }
    part.getAllFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .forEach(field -> {
          if (isSecret(field)) {
            events.add(violation(payload, field));
          }
          field.getType().getAllInvolvedRawTypes().stream()
              .map(JavaClass::getBaseComponentType)
              .forEach(type -> check(payload, type, seen, events));
        });
  }

  private static ConditionEvent violation(JavaClass payload, JavaField field) {
    return SimpleConditionEvent.violated(
        payload, "payload %s holds %s".formatted(payload.getName(), field.getFullName()));
  }

  private static boolean isSecret(JavaField field) {
    return WORD_BORDER
        .splitAsStream(field.getName())
        .map(word -> word.toLowerCase(Locale.ROOT))
        .anyMatch(SECRET.asMatchPredicate());
  }
}

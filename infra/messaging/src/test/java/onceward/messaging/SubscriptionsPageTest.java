package onceward.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import onceward.messaging.subscription.Versions;
import org.junit.jupiter.api.Test;

/**
 * Goal: nobody needs to read the code to learn what a handler is told, or which rules there are.
 */
class SubscriptionsPageTest {

  private static final Path PAGE = Path.of("docs/subscriptions.md");
  private static final Set<String> OF_EVERY_RECORD = Set.of("equals", "hashCode", "toString");

  @Test
  void the_page_lists_what_a_message_tells_and_nothing_else() throws Exception {
    var accessors =
        Arrays.stream(Message.class.getDeclaredMethods())
            .filter(SubscriptionsPageTest::isAccessor)
            .map(accessor -> accessor.getName() + "()")
            .toList();
    var page = Files.readString(PAGE);

    assertThat(page.lines().filter(line -> line.startsWith("| `") && line.contains("()` |")))
        .extracting(line -> line.substring(3, line.indexOf('`', 3)))
        .containsExactlyInAnyOrderElementsOf(accessors);
    assertThat(MessageContext.class.getRecordComponents())
        .allSatisfy(part -> assertThat(page).contains("`" + part.getName() + "()`"));
  }

  @Test
  void the_page_lists_every_rule_for_versions() throws Exception {
    assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.contains(" | ")))
        .extracting(line -> line.replaceFirst("^\\| `?([A-Z_]*)`?.*", "$1"))
        .containsAll(Arrays.stream(Versions.values()).map(Enum::name).toList());
  }

  private static boolean isAccessor(Method method) {
    return Modifier.isPublic(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && method.getParameterCount() == 0
        && !OF_EVERY_RECORD.contains(method.getName());
  }
}

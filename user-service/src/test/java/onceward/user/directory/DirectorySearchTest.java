package onceward.user.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import onceward.problem.InvalidFieldException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Goal: names compare as people expect, and whatever is no search is refused by its field. */
class DirectorySearchTest {

  private static final UUID ID = UUID.fromString("0199a3c4-7b1e-7c55-9d2f-3a8b6c1d4e5f");

  @Test
  void a_name_is_found_in_capitals_or_not_composed_or_not() {
    assertThat(SearchName.of(" Jose\u0301 ")).isEqualTo(SearchName.of("JOSÉ"));
    assertThat(SearchName.of("민지")).isEqualTo(SearchName.of("\u1106\u1175\u11ab\u110c\u1175"));
    assertThat(SearchName.of("Οδυσσεύς")).startsWith(SearchName.of("οδυς"));
    assertThat(SearchName.of("Strauß")).startsWith(SearchName.of("straus"));
    // One character, whose capital has two.
    assertThat(SearchName.of("\u0390")).isEqualTo(SearchName.of("\u03aa\u0301"));
    assertThat(SearchName.of("ada")).isNotEqualTo(SearchName.of("adá"));
  }

  @Test
  void a_prefix_has_three_to_a_hundred_characters_without_the_blanks_around_it() {
    assertThat(search(" ann ", null, null).prefix()).isEqualTo("ANN");
    assertThat(search("김민지", null, null).prefix()).isEqualTo("김민지");
    assertThat(search("a".repeat(100), null, null).prefix()).hasSize(100);
    assertRefused("prefix", null, null, null);
    assertRefused("prefix", "", null, null);
    assertRefused("prefix", " an ", null, null);
    // Two characters, of two units each.
    assertRefused("prefix", "😀😀", null, null);
    // Three as they come, one once composed.
    assertRefused("prefix", "\u1106\u1175\u11ab", null, null);
    assertRefused("prefix", "a".repeat(101), null, null);
    assertRefused("prefix", "an\0n", null, null);
  }

  @Test
  void a_page_has_1_to_100_people_20_if_nobody_says_otherwise() {
    assertThat(search("ann", null, null).limit()).isEqualTo(20);
    assertThat(search("ann", "100", null).limit()).isEqualTo(100);
    for (var limit : List.of("0", "-1", "101", "ten", "1.5", "", "99999999999")) {
      assertRefused("limit", "ann", limit, null);
    }
  }

  @Test
  void a_cursor_is_taken_by_the_search_that_gave_it() {
    var cursor = new Cursor("ANNA ÆØÅ 민지", ID);

    assertThat(search("ann", null, cursor.text()).after()).isEqualTo(cursor);
    assertThat(search("Anna", null, cursor.text()).after()).isEqualTo(cursor);
    assertRefused("cursor", "bob", null, cursor.text());
    assertRefused("cursor", "annas", null, cursor.text());
  }

  @Test
  void what_is_no_cursor_is_refused() {
    var text = new Cursor("ANNA", ID).text();
    var cursors =
        List.of(
            "",
            "x",
            "not base64!",
            text + "=",
            text.substring(4),
            text.replace('-', '+') + "+",
            encoded("ANNA"),
            encoded(ID.toString().toUpperCase(Locale.ROOT) + "ANNA"),
            encoded(ID + "ANN\0A"),
            Base64.getUrlEncoder().encodeToString(new byte[] {(byte) 0xff, (byte) 0xfe}),
            encoded(ID + "ANN" + "A".repeat(2_000)));
    for (var cursor : cursors) {
      assertRefused("cursor", "ann", null, cursor);
    }
  }

  @Test
  void nothing_that_may_be_logged_has_a_name() {
    assertThat(
            List.of(
                new Cursor("ANNA", ID),
                new DirectoryEntry(ID, 1, "Anna"),
                new DirectoryMessages.ProfileListed(ID, "Anna")))
        .extracting(Object::toString)
        .allSatisfy(text -> assertThat(text).doesNotContainIgnoringCase("anna"));
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static DirectorySearch search(
      @Nullable String prefix, @Nullable String limit, @Nullable String cursor) {
    return DirectorySearch.of(prefix, limit, cursor);
  }

  private static void assertRefused(
      String field, @Nullable String prefix, @Nullable String limit, @Nullable String cursor) {
    assertThatThrownBy(() -> search(prefix, limit, cursor))
        .as("%s %s %s", prefix, limit, cursor)
        .isInstanceOfSatisfying(
            InvalidFieldException.class, refused -> assertThat(refused.field()).isEqualTo(field));
  }
}

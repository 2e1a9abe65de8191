package onceward.messaging.polling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitNoteTest {

  @Test
  void is_read_as_it_was_written() {
    for (var note :
        new CommitNote[] {
          new CommitNote("", null),
          new CommitNote("user-service", null),
          new CommitNote("", 0L),
          new CommitNote("user-service", 4_711L),
          new CommitNote("a;noted=1", 5L)
        }) {
      assertThat(CommitNote.read(note.text())).isEqualTo(note);
    }
  }

  @Test
  void the_text_of_an_older_version_names_the_service_alone() {
    assertThat(CommitNote.read("service=user-service"))
        .isEqualTo(new CommitNote("user-service", null));
  }

  /** An older version refuses what begins with the name of a service and is not all of it. */
  @Test
  void an_older_version_finds_no_name_where_an_offset_is_noted() {
    assertThat(new CommitNote("user-service", 1L).text()).doesNotStartWith("service=");
  }

  @Test
  void texts_of_others_say_nothing() {
    for (var text : new String[] {"", "noted=", "noted=many;and more", "by hand"}) {
      assertThat(CommitNote.read(text)).isEqualTo(new CommitNote("", null));
    }
  }
}

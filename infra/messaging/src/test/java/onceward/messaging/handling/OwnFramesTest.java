package onceward.messaging.handling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: letters of one cause are in one group, also across releases of whatever is beneath. */
class OwnFramesTest {

  private static final StackTraceElement CALL = frame(HandlerCall.class.getName(), "handle", 40);

  @Test
  void a_line_number_a_framework_and_what_called_the_handler_make_no_difference() {
    var one =
        failure(
            jdk("java.lang.Integer", "parseInt", 652),
            frame("shop.Prices", "of", 12),
            frame("shop.$Prices$Definition$$exec1", "dispatch", 1),
            frame("shop.Bill", "lambda$on$3", 30),
            frame("io.micronaut.aop.Chain", "proceed", 77),
            CALL,
            frame("onceward.messaging.delivery.Batch", "handle", 5));
    var other =
        failure(
            jdk("java.lang.Integer", "parseInt", 700),
            jdk("java.lang.Integer", "valueOf", 9),
            frame("shop.Prices", "of", 99),
            frame("shop.Bill", "lambda$on$4", 31),
            CALL,
            frame("onceward.messaging.deadletter.ParkedKeyRelease", "handle", 8));

    assertThat(OwnFrames.of(one)).containsExactly("shop.Pricesof", "shop.Billlambda on");
    assertThat(FailureKinds.digest(one)).isEqualTo(FailureKinds.digest(other));
  }

  @Test
  void another_place_another_class_and_another_cause_do() {
    var one = failure(frame("shop.Prices", "of", 12), CALL);
    var elsewhere = failure(frame("shop.Prices", "parse", 12), CALL);
    var otherClass = new IllegalArgumentException();
    otherClass.setStackTrace(one.getStackTrace());
    var caused = new IllegalStateException(otherClass);
    caused.setStackTrace(one.getStackTrace());

    assertThat(List.of(one, elsewhere, otherClass, caused))
        .extracting(FailureKinds::digest)
        .doesNotHaveDuplicates();
  }

  @Test
  void a_failure_without_a_frame_of_the_service_is_told_by_all_its_frames() {
    var failure = failure(jdk("java.lang.Integer", "parseInt", 652));

    assertThat(OwnFrames.of(failure)).containsExactly("java.lang.IntegerparseInt");
    assertThat(OwnFrames.of(failure())).isEmpty();
  }

  private static Throwable failure(StackTraceElement... frames) {
    var failure = new IllegalStateException("quotes a value");
    failure.setStackTrace(frames);
    return failure;
  }

  private static StackTraceElement frame(String type, String method, int line) {
    return new StackTraceElement("app", null, null, type, method, "A.java", line);
  }

  private static StackTraceElement jdk(String type, String method, int line) {
    return new StackTraceElement(null, "java.base", "25", type, method, "A.java", line);
  }
}

package onceward.messaging.handling;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The frames of a failure that tell one cause from another: those of the service, from the place of
 * the failure to the call of the handler. Frames of the JDK, of the framework and of the database
 * driver change with their releases, and the frames below the handler are the same for every
 * failure.
 */
final class OwnFrames {

  private static final int FRAMES_MAX = 12;

  private static final List<String> FOREIGN =
      List.of(
          "io.micronaut.",
          "io.netty.",
          "org.postgresql.",
          "com.zaxxer.hikari.",
          "com.fasterxml.jackson.",
          "org.apache.kafka.",
          "reactor.");

  /** Classes that are made at run time, under names that a restart may change. */
  private static final Pattern GENERATED = Pattern.compile("\\$\\$|\\$Proxy|/0x|^jdk\\.proxy");

  /** The compiler numbers lambdas by their order in the class. */
  private static final Pattern LAMBDA = Pattern.compile("^lambda\\$(.*)\\$\\d+$");

  private OwnFrames() {}

  /** Class and method of each frame, topmost first; all frames if none is the service's own. */
  static List<String> of(Throwable failure) {
    var frames = Arrays.stream(failure.getStackTrace()).takeWhile(OwnFrames::isAboveTheCall);
    var own = places(frames.toList(), OwnFrames::isOwn);
    return own.isEmpty() ? places(Arrays.asList(failure.getStackTrace()), _ -> true) : own;
  }

  private static List<String> places(
      List<StackTraceElement> frames, Predicate<StackTraceElement> wanted) {
    return frames.stream().filter(wanted).limit(FRAMES_MAX).map(OwnFrames::place).toList();
  }

  private static boolean isAboveTheCall(StackTraceElement frame) {
    return !frame.getClassName().equals(HandlerCall.class.getName());
  }

  private static boolean isOwn(StackTraceElement frame) {
    var name = frame.getClassName();
    var module = frame.getModuleName();
    var ofTheJdk = module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    return !ofTheJdk
        && FOREIGN.stream().noneMatch(name::startsWith)
        && !GENERATED.matcher(name).find();
  }

  private static String place(StackTraceElement frame) {
    return frame.getClassName() + LAMBDA.matcher(frame.getMethodName()).replaceAll("lambda $1");
  }
}

package onceward.auth.password;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Gives a thread a processor mostly when nobody else wants it.
 *
 * <p>On Linux the JVM passes on no priority of a thread, unless it is told to by a flag. So the
 * thread asks the system itself. That needs no right: a thread may always lower its own priority.
 */
final class LowPriority {

  /**
   * From -20 to 19, which is the lowest; others have 0. Where those take all processors, a thread
   * with 10 still gets about a tenth of one, so people can log in while others flood. With 19 it
   * would get a hundredth.
   */
  static final int NICE = 10;

  private static final int PRIO_PROCESS = 0;

  /** On Linux each thread has a priority of its own, whatever POSIX says. */
  private static final int CALLING_THREAD = 0;

  private LowPriority() {}

  /**
   * Lowers the priority of the calling thread, for good.
   *
   * @return why that is not possible here; empty if it was done
   */
  static Optional<String> take() {
    var system = System.getProperty("os.name");
    if (!system.equals("Linux")) {
      // Elsewhere the same call would mean the whole process.
      return Optional.of("that is known on Linux only, and this is " + system);
    }
    try {
      return setPriority() == 0 ? Optional.empty() : Optional.of("the system refuses setpriority");
    } catch (Throwable unavailable) {
      return Optional.of(unavailable.toString());
    }
  }

  // Three numbers go to the system, and no memory does.
  @SuppressWarnings("restricted")
  private static int setPriority() throws Throwable {
    var linker = Linker.nativeLinker();
    var number = ValueLayout.JAVA_INT;
    var setPriority =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setpriority"),
            FunctionDescriptor.of(number, number, number, number));
    return (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICE);
  }
}

package onceward.user.problem;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, for programs and people, as RFC 9457 lays it out.
 *
 * @param type a relative URI that stays the same for the same kind of problem
 */
@Serdeable
record Problem(String type, String title, int status, @Nullable String detail, String instance) {}

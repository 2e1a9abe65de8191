package onceward.gateway.problem;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error answer, as RFC 9457 has it.
 *
 * @param type a relative URI that stays the same for one kind of problem, {@code /problems/<slug>}
 * @param title the kind in words, the same for every occurrence
 * @param status the HTTP status code
 * @param detail what went wrong this time and what the caller can do
 * @param instance the path that was asked for, without the query; absent when it was no valid path
 */
@Serdeable
record Problem(String type, String title, int status, String detail, @Nullable String instance) {}

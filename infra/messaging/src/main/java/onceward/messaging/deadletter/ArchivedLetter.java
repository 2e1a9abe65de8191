package onceward.messaging.deadletter;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The content of a dead letter as it lies in an archive: what closing the letter erases. The row
 * keeps all else, so that a letter comes back with its id, its place and its history.
 *
 * @param id of the letter
 * @param value the value of the record, in Base64; null if the record had none
 * @param editedValue what an operator has put in its place, in Base64; null if nothing
 * @param headerNames the names of the record's headers, in their order
 * @param headerValues their values, in Base64
 * @param stackTrace as {@link Failure#stackTrace}
 */
public record ArchivedLetter(
    UUID id,
    @Nullable String value,
    @Nullable String editedValue,
    List<String> headerNames,
    List<@Nullable String> headerValues,
    @Nullable String stackTrace) {}

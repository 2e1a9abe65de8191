package onceward.relay.source;

/**
 * How many transaction ids a server has given since one of them, in SQL.
 *
 * <p>PostgreSQL's {@code age()} is negative from 2³¹ ids on: an old row seems to be newer than all
 * others. This age is right up to 2³² ids, where the ids begin anew; from there on an old id cannot
 * be told from a new one. A server that gives 1,000 ids a second comes there after 50 days.
 *
 * <p>A row keeps the id of its transaction also when it is frozen.
 */
public final class TransactionAge {

  private TransactionAge() {}

  /**
   * The age as a bigint. Two ages of one statement can be compared.
   *
   * @param id an expression of type xid
   */
  public static String of(String id) {
    return "(age(%s)::bigint & 4294967295)".formatted(id);
  }
}

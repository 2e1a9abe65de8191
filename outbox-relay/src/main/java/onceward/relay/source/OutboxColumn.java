package onceward.relay.source;

import java.util.List;
import java.util.Locale;

/**
 * A column of an outbox that makes a part of a message, with the types of which its values can be
 * read. Whatever else a table has is not asked for.
 */
public enum OutboxColumn {
  /** The message's identity. */
  ID(Need.ALWAYS, Types.ID),
  /** The kind of the aggregate, which names the topic. */
  AGGREGATETYPE(Need.ALWAYS, Types.NAME),
  /** The aggregate, which is the key. */
  AGGREGATEID(Need.ALWAYS, Types.NAME),
  /** What happened. */
  TYPE(Need.ALWAYS, Types.NAME),
  /** The content. */
  PAYLOAD(Need.ALWAYS, Types.CONTENT),
  /** The place among the messages of the aggregate. */
  AGGREGATEVERSION(Need.IF_THERE, Types.COUNT),
  /** The trace in which the row was written. */
  TRACEPARENT(Need.IF_PUBLISHED, Types.TEXT),
  /** The message that led to this one. */
  CAUSATIONID(Need.IF_PUBLISHED, Types.ID),
  /** The first message of the chain. */
  CORRELATIONID(Need.IF_PUBLISHED, Types.ID);

  private enum Need {
    /** There is no message without it. */
    ALWAYS,
    /** Left out of the publication, a message would be another one than the table says. */
    IF_THERE,
    /** Tells how a message came about. A publication may leave it out. */
    IF_PUBLISHED
  }

  private enum Types {
    ID("text, uuid, character varying, character, citext"),
    TEXT("text, character varying, character, citext"),
    NAME("text, character varying, character, citext, uuid, enum, bigint, integer, smallint"),
    CONTENT("text, character varying, character, json, jsonb"),
    COUNT("bigint, integer, smallint");

    private final String names;

    Types(String names) {
      this.names = names;
    }
  }

  private final Need need;
  private final Types types;

  OutboxColumn(Need need, Types types) {
    this.need = need;
    this.types = types;
  }

  /** Its name in the table. */
  public String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether there is no message without it. */
  public boolean isRequired() {
    return need == Need.ALWAYS;
  }

  /** Whether a publication of a table that has it may leave it out. */
  public boolean mayBeLeftOut() {
    return need == Need.IF_PUBLISHED;
  }

  /** The types that it may be of, as PostgreSQL calls them; the first is the one to prefer. */
  public List<String> types() {
    return List.of(types.names.split(", "));
  }
}

package onceward.messaging.deadletter;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;
import onceward.messaging.MessageRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** A Kafka record as columns of a table, and back, so that it can be handled later as it came. */
final class RecordColumns {

  /** Bound by {@link #bind}, in this order. */
  static final String NAMES =
      """
      consumer, topic, kafka_partition, kafka_offset, key, message_id, type, version,
      header_names, header_values, value\
      """;

  static final String PLACEHOLDERS = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?";

  /** The first parameter behind those of {@link #bind}. */
  static final int NEXT = 12;

  private RecordColumns() {}

  static void bind(
      PreparedStatement statement, String consumer, ConsumerRecord<byte[], byte[]> record)
      throws SQLException {
    statement.setString(1, consumer);
    statement.setString(2, record.topic());
    statement.setInt(3, record.partition());
    statement.setLong(4, record.offset());
    statement.setString(5, MessageRecords.keyOf(record));
    statement.setObject(6, MessageRecords.idIn(record).orElse(null));
    statement.setString(7, MessageRecords.typeIn(record).orElse(null));
    statement.setObject(8, MessageRecords.versionIn(record).orElse(null));
    var names = new ArrayList<String>();
    var values = new ArrayList<byte[]>();
    for (Header header : record.headers()) {
      names.add(header.key().replace('\0', '\uFFFD'));
      values.add(header.value());
    }
    var connection = statement.getConnection();
    statement.setArray(9, connection.createArrayOf("text", names.toArray()));
    statement.setArray(10, connection.createArrayOf("bytea", values.toArray(byte[][]::new)));
    statement.setBytes(11, record.value());
  }

  /** The record, with what an operator has put in the place of its value. */
  static ConsumerRecord<byte[], byte[]> readEdited(ResultSet row) throws SQLException {
    var edited = row.getBytes("edited_value");
    return read(row, edited == null ? row.getBytes("value") : edited);
  }

  static ConsumerRecord<byte[], byte[]> read(ResultSet row) throws SQLException {
    return read(row, row.getBytes("value"));
  }

  private static ConsumerRecord<byte[], byte[]> read(ResultSet row, byte @Nullable [] value)
      throws SQLException {
    var headers = new RecordHeaders();
    var names = (String[]) row.getArray("header_names").getArray();
    var values = (byte[][]) row.getArray("header_values").getArray();
    for (var i = 0; i < names.length; i++) {
      headers.add(names[i], values[i]);
    }
    var key = row.getString("key");
    return new ConsumerRecord<>(
        row.getString("topic"),
        row.getInt("kafka_partition"),
        row.getLong("kafka_offset"),
        ConsumerRecord.NO_TIMESTAMP,
        TimestampType.NO_TIMESTAMP_TYPE,
        ConsumerRecord.NULL_SIZE,
        ConsumerRecord.NULL_SIZE,
        key == null ? null : MessageRecords.keyBytes(key),
        value,
        headers,
        Optional.empty());
  }
}

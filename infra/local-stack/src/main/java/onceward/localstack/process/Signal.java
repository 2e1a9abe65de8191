package onceward.localstack.process;

/** The POSIX signals the stack sends, by the name {@code kill} knows them by. */
public enum Signal {
  INT,
  TERM,
  QUIT,
  KILL,
  STOP,
  CONT
}

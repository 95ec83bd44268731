package network.assay.contracts.client.rpc;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * Where the chain is asked, and with what patience.
 *
 * @param urls 1 to 8 HTTP(S) endpoints, in order of preference; two or more are compared where
 *     money moves
 * @param chainId the only chain that we will talk to
 * @param connectTimeout to the first byte of a connection
 * @param callTimeout for a whole call, body included
 * @param roundsMax how often the whole list is tried before a read gives up
 * @param backoffFirst pause after a failed round; doubles up to backoffMax
 * @param answerBytesMax a longer answer is refused while it is read
 */
public record RpcConfig(
    List<URI> urls,
    long chainId,
    Duration connectTimeout,
    Duration callTimeout,
    int roundsMax,
    Duration backoffFirst,
    Duration backoffMax,
    int answerBytesMax) {

  /** More endpoints than this are no safer, only slower to give up. */
  private static final int URLS_MAX = 8;

  public RpcConfig {
    urls = List.copyOf(urls);
    if (urls.isEmpty() || urls.size() > URLS_MAX) {
      throw new IllegalArgumentException("want 1 to " + URLS_MAX + " RPC urls, got " + urls.size());
    }
    if (new HashSet<>(urls).size() != urls.size()) {
      throw new IllegalArgumentException(
          "want different RPC urls: one endpoint compared with itself proves nothing");
    }
    for (URI url : urls) {
      String scheme = url.getScheme();
      if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
        throw new IllegalArgumentException(
            "want an RPC url such as http://127.0.0.1:8545, got " + url);
      }
    }
    positive("chainId", chainId);
    positive("roundsMax", roundsMax);
    positive("connectTimeout", connectTimeout.toMillis());
    positive("callTimeout", callTimeout.toMillis());
    positive("backoffFirst", backoffFirst.toMillis());
    if (backoffMax.compareTo(backoffFirst) < 0) {
      throw new IllegalArgumentException(
          "want backoffMax of at least backoffFirst, got " + backoffMax + " and " + backoffFirst);
    }
    if (answerBytesMax < 1 << 16) {
      throw new IllegalArgumentException(
          "want answerBytesMax of at least 65536, got " + answerBytesMax);
    }
  }

  /**
   * 2 s to connect, 10 s a call, 3 rounds, 100 ms to 2 s between them, answers up to 32 MiB (2,000
   * blocks of logs).
   */
  public static RpcConfig of(List<URI> urls, long chainId) {
    return new RpcConfig(
        urls,
        chainId,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        3,
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        32 << 20);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("want " + name + " above 0, got " + value);
    }
  }
}

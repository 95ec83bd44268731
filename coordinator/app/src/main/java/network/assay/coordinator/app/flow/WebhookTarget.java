package network.assay.coordinator.app.flow;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * Whether we may send to a URL that a consumer names. Only addresses that anybody can reach: what a
 * coordinator can reach inside its own network must not be reachable through it.
 *
 * <p>A name is looked up here and again by the HTTP client a moment later; in between the JVM
 * answers from its cache ({@code networkaddress.cache.ttl}, 30 s by default), so that a name that
 * changes between the two does not get through.
 */
public final class WebhookTarget {
  private static final int URL_CHARS_MAX = 2_048;

  private WebhookTarget() {}

  /** Looks a name up. */
  @FunctionalInterface
  public interface Lookup {
    List<InetAddress> all(String host) throws UnknownHostException;
  }

  /** The system's own. */
  public static final Lookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /**
   * Checks form and addresses.
   *
   * @param privateToo for development: plain http and addresses of the own network
   * @throws Refused BAD_WEBHOOK with got and want
   */
  public static URI check(String url, boolean privateToo, Lookup lookup) {
    if (url.length() > URL_CHARS_MAX) {
      throw bad("a URL of at most " + URL_CHARS_MAX + " characters", url.length() + "");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw bad("a URL", e.getReason());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !(privateToo && scheme.equals("http"))) {
      throw bad("https", scheme.isEmpty() ? "no scheme" : scheme);
    }
    if (uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
      throw bad("a host, no user name and no fragment", uri.getRawAuthority() + "");
    }
    if (!privateToo) {
      addresses(uri.getHost(), lookup).forEach(WebhookTarget::requirePublic);
    }
    return uri;
  }

  private static List<InetAddress> addresses(String host, Lookup lookup) {
    try {
      return lookup.all(host);
    } catch (UnknownHostException e) {
      throw bad("a host that has an address", host);
    }
  }

  private static void requirePublic(InetAddress address) {
    if (!isPublic(address)) {
      throw bad("a host with public addresses only", address.getHostAddress());
    }
  }

  /** Source: the IANA registries of special-purpose addresses (RFC 6890 and its updates). */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] b = address.getAddress();
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    if (address instanceof Inet6Address) {
      // Global unicast is 2000::/3; of it not documentation, 6to4 and Teredo, which carry IPv4.
      boolean carries = (first == 0x20 && (second == 0x02 || (second == 0x01 && b[2] == 0)));
      boolean documentation =
          first == 0x20 && second == 0x01 && b[2] == 0x0d && (b[3] & 0xff) == 0xb8;
      return (first & 0xe0) == 0x20 && !carries && !documentation;
    }
    boolean shared = first == 100 && (second & 0xc0) == 64;
    boolean benchmarks = first == 198 && (second & 0xfe) == 18;
    boolean assignments = first == 192 && second == 0;
    boolean documentation =
        (first == 198 && second == 51 && b[2] == 100)
            || (first == 203 && second == 0 && b[2] == 113);
    return first != 0 && first < 224 && !shared && !benchmarks && !assignments && !documentation;
  }

  private static Refused bad(String want, String got) {
    return Refused.malformed("BAD_WEBHOOK", "want " + want + " in webhook.url, got " + got);
  }
}

package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.assay.agent.execute.container.ImageDigest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pulls public images by digest (OCI distribution-spec 1.1), with a bound on bytes: a registry is a
 * stranger. Plain HTTP only to this machine itself.
 */
final class Registry {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TOKEN_BYTES_MAX = 64 * 1024;
  private static final String ACCEPT =
      "application/vnd.oci.image.manifest.v1+json,"
          + "application/vnd.docker.distribution.manifest.v2+json";
  private static final Pattern CHALLENGE =
      Pattern.compile(
          "Bearer realm=\"([^\"]+)\"(?:,service=\"([^\"]*)\")?(?:,scope=\"([^\"]*)\")?.*");

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /** Lays the manifest and all that it names out as an OCI layout. */
  void pull(String name, ImageDigest want, Path layout, long bytesMax)
      throws IOException, ImageRefusedException, InterruptedException {
    String host = name.substring(0, name.indexOf('/'));
    String path = name.substring(host.length() + 1);
    String endpoint = host.equals("docker.io") ? "registry-1.docker.io" : host;
    URI base = URI.create(scheme(endpoint) + "://" + endpoint + "/v2/" + path + "/");
    Pull pull = new Pull(base, layout, bytesMax);
    Path manifest = pull.take("manifests/" + want, want, OciImage.DOCUMENT_BYTES_MAX);
    JsonNode document;
    try {
      document = JsonMapper.shared().readTree(Files.readAllBytes(manifest));
    } catch (JacksonException e) {
      throw ImageRefusedException.mismatch("want a manifest as " + want + ", got something else");
    }
    if (!document.path("layers").isArray()) {
      throw ImageRefusedException.mismatch(
          "want the manifest of one platform as "
              + want
              + ", got something else, such as an index");
    }
    pull.blob(document.path("config"));
    for (JsonNode layer : document.path("layers")) {
      pull.blob(layer);
    }
    String index =
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"%s\",\"size\":%d}]}"
            .formatted(want, Files.size(manifest));
    Path _ = Files.writeString(layout.resolve("index.json"), index);
    ImageShelf.marker(layout);
  }

  private static String scheme(String endpoint) throws IOException {
    String host = endpoint.replaceFirst(":[0-9]+$", "");
    boolean here =
        host.equals("localhost")
            || (host.matches("[0-9.]+") && InetAddress.getByName(host).isLoopbackAddress());
    return here ? "http" : "https";
  }

  /** One image on its way. */
  private final class Pull {
    private final URI base;
    private final Path layout;
    private long left;
    private Optional<String> token = Optional.empty();

    Pull(URI base, Path layout, long bytesMax) {
      this.base = base;
      this.layout = layout;
      this.left = bytesMax;
    }

    void blob(JsonNode descriptor) throws IOException, ImageRefusedException, InterruptedException {
      ImageDigest digest;
      try {
        digest = new ImageDigest(descriptor.path("digest").asString(""));
      } catch (IllegalArgumentException e) {
        throw ImageRefusedException.mismatch(String.valueOf(e.getMessage()));
      }
      if (!Files.exists(OciImage.blob(layout, digest))) {
        Path _ = take("blobs/" + digest, digest, left);
      }
    }

    Path take(String what, ImageDigest digest, long bytesMax)
        throws IOException, ImageRefusedException, InterruptedException {
      Path file = OciImage.blob(layout, digest);
      HttpResponse<InputStream> response = get(base.resolve(what));
      if (response.statusCode() == 401) {
        close(response);
        token = Optional.of(token(response));
        response = get(base.resolve(what));
      }
      try (InputStream in = response.body();
          OutputStream out = Files.newOutputStream(file)) {
        if (response.statusCode() != 200) {
          throw ImageRefusedException.missing(
              "want " + digest + " from " + base + ", got status " + response.statusCode());
        }
        byte[] buffer = new byte[64 * 1024];
        long taken = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          taken += read;
          if (taken > Math.min(left, bytesMax)) {
            throw ImageRefusedException.mismatch(
                "want an image within the bound of this machine from "
                    + base
                    + ", got a larger one");
          }
          out.write(buffer, 0, read);
        }
        left -= taken;
      }
      String got = Digests.ofFile(file);
      if (!got.equals(digest.hex())) {
        throw ImageRefusedException.mismatch(
            "want " + digest + " from " + base + ", got sha256:" + got);
      }
      return file;
    }

    private HttpResponse<InputStream> get(URI uri) throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Accept", ACCEPT);
      token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
      return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    private String token(HttpResponse<?> refused)
        throws IOException, ImageRefusedException, InterruptedException {
      Matcher challenge =
          CHALLENGE.matcher(refused.headers().firstValue("WWW-Authenticate").orElse(""));
      if (!challenge.matches()) {
        throw ImageRefusedException.missing("want a public image at " + base + ", got a login");
      }
      String query =
          "?service=" + encoded(challenge.group(2)) + "&scope=" + encoded(challenge.group(3));
      HttpResponse<InputStream> response = get(URI.create(challenge.group(1) + query));
      try (InputStream in = response.body()) {
        JsonNode answer = JsonMapper.shared().readTree(in.readNBytes(TOKEN_BYTES_MAX));
        return answer.path("token").asString(answer.path("access_token").asString(""));
      } catch (JacksonException e) {
        throw ImageRefusedException.missing("want a token for " + base + ", got something else");
      }
    }

    private static String encoded(@org.jspecify.annotations.Nullable String text) {
      return URLEncoder.encode(text == null ? "" : text, StandardCharsets.UTF_8);
    }

    private static void close(HttpResponse<InputStream> response) throws IOException {
      response.body().close();
    }
  }
}

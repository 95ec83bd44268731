package network.assay.contracts.client.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.web3j.protocol.Service;

/**
 * web3j's transport with what its own lacks: a bound on the answer's size and on the whole call's
 * time.
 */
final class BoundedHttpService extends Service {
  private static final MediaType JSON = MediaType.get("application/json");

  private final URI url;
  private final OkHttpClient http;
  private final int answerBytesMax;

  BoundedHttpService(URI url, RpcConfig config) {
    super(false);
    this.url = url;
    this.answerBytesMax = config.answerBytesMax();
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(config.connectTimeout())
            .callTimeout(config.callTimeout())
            .readTimeout(config.callTimeout())
            .followRedirects(false)
            .build();
  }

  /** The answer is larger than we read. */
  static final class TooLarge extends IOException {
    TooLarge(int bytesMax) {
      super("answer larger than " + bytesMax + " bytes");
    }
  }

  @Override
  protected InputStream performIO(String payload) throws IOException {
    Request request =
        new Request.Builder().url(url.toString()).post(RequestBody.create(payload, JSON)).build();
    try (Response response = http.newCall(request).execute()) {
      // 400 carries a JSON-RPC error on some nodes; anything else that is not 200 is the
      // transport's trouble.
      if (response.code() != 200 && response.code() != 400) {
        throw new IOException("HTTP status " + response.code());
      }
      ResponseBody answer = response.body();
      if (answer == null) {
        throw new IOException("no body");
      }
      byte[] body = answer.byteStream().readNBytes(answerBytesMax + 1);
      if (body.length > answerBytesMax) {
        throw new TooLarge(answerBytesMax);
      }
      return new ByteArrayInputStream(body);
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
    try {
      if (!http.dispatcher().executorService().awaitTermination(1, TimeUnit.SECONDS)) {
        http.dispatcher().cancelAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

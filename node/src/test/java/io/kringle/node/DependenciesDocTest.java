package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** docs/dependencies.md names what the poms use, in the version that they use, and nothing else. */
final class DependenciesDocTest {
  /** A row of a table: the artifact in backquotes, its version, and at least two more cells. */
  private static final Pattern ROW =
      Pattern.compile("^\\| `([^`:]+:[^`]+)` \\| ([^|]+) \\| [^|]+ \\| [^|]+ \\|$");

  private static final Set<String> ELEMENTS = Set.of("dependency", "plugin", "path");

  private static final Set<String> documented = new TreeSet<>();
  private static final Set<String> used = new TreeSet<>();

  private static Element parent;

  @BeforeAll
  static void readBoth() throws IOException, ParserConfigurationException, SAXException {
    Path root = Checkout.root();
    for (String line : Files.readAllLines(root.resolve("docs/dependencies.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.add(row.group(1) + " " + row.group(2));
      }
    }
    parent = parse(root.resolve("pom.xml")).getDocumentElement();
    collect(parent);
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.map(folder -> folder.resolve("pom.xml")).toList()) {
        if (Files.exists(module)) {
          collect(parse(module).getDocumentElement());
        }
      }
    }
  }

  @Test
  void everythingUsedIsDocumentedInItsVersion() {
    assertThat(used).hasSizeGreaterThan(30);
    assertThat(documented).containsAll(used);
  }

  @Test
  void nothingElseIsDocumented() {
    assertThat(used).containsAll(documented);
  }

  private static void collect(Element pom) {
    for (String name : ELEMENTS) {
      NodeList found = pom.getElementsByTagName(name);
      for (int i = 0; i < found.getLength(); i++) {
        Element element = (Element) found.item(i);
        String group = child(element, "groupId");
        // What a bom or the parent manages, but no module uses, is not a dependency.
        if (!group.equals("io.kringle") && (!isManaged(element) || name.equals("plugin"))) {
          String artifact = group + ":" + child(element, "artifactId");
          used.add(artifact + " " + version(artifact, element));
        }
      }
    }
  }

  private static boolean isManaged(Element element) {
    return element.getParentNode().getParentNode().getNodeName().equals("dependencyManagement");
  }

  /** The version that the element names, or the parent pom's for the same artifact or its bom. */
  private static String version(String artifact, Element element) {
    String own = child(element, "version");
    if (!own.isEmpty()) {
      return resolve(own);
    }
    String group = artifact.substring(0, artifact.indexOf(':'));
    String ofBom = "";
    for (String name : ELEMENTS) {
      NodeList found = parent.getElementsByTagName(name);
      for (int i = 0; i < found.getLength(); i++) {
        Element candidate = (Element) found.item(i);
        String version = child(candidate, "version");
        if (version.isEmpty()) {
          continue;
        }
        String itsGroup = child(candidate, "groupId");
        if (artifact.equals(itsGroup + ":" + child(candidate, "artifactId"))) {
          return resolve(version);
        }
        if (child(candidate, "scope").equals("import") && group.startsWith(itsGroup)) {
          ofBom = resolve(version);
        }
      }
    }
    return ofBom;
  }

  private static String resolve(String version) {
    if (version.startsWith("${")) {
      String property = version.substring(2, version.length() - 1);
      return parent.getElementsByTagName(property).item(0).getTextContent();
    }
    return version;
  }

  private static String child(Element element, String name) {
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals(name)) {
        return node.getTextContent().strip();
      }
    }
    return "";
  }

  private static Document parse(Path pom)
      throws IOException, ParserConfigurationException, SAXException {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
  }
}

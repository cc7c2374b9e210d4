// libxml2's streaming reader: no entities are put in, nothing is fetched, its own limits of depth and length stand.
#include "exports/workbook_xml.h"

#include <libxml/xmlreader.h>

namespace jindo::exports {
namespace {
const char* as_chars(const xmlChar* text) { return reinterpret_cast<const char*>(text); }
}  // namespace

base::Result<XmlWalk> XmlWalk::open(std::string what, std::string_view xml) {
  XmlWalk out;
  out.what_ = std::move(what);
  if (xml.size() > INT32_MAX) return base::bad_input(out.what_ + ": more than 2 GiB of XML");
  out.reader_ = xmlReaderForMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr,
                                   XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (out.reader_ == nullptr) return base::machine_failed(out.what_ + ": no memory to read it");
  return out;
}
XmlWalk::XmlWalk(XmlWalk&& other) noexcept { *this = std::move(other); }
XmlWalk& XmlWalk::operator=(XmlWalk&& other) noexcept {
  std::swap(reader_, other.reader_);
  what_ = std::move(other.what_);
  name_ = std::move(other.name_);
  text_ = std::move(other.text_);
  pending_end_ = other.pending_end_;
  return *this;
}
XmlWalk::~XmlWalk() {
  if (reader_ != nullptr) xmlFreeTextReader(static_cast<xmlTextReaderPtr>(reader_));
}

base::Result<bool> XmlWalk::next(XmlStep& step) {
  auto* reader = static_cast<xmlTextReaderPtr>(reader_);
  step.text = {};
  if (pending_end_) {
    pending_end_ = false;
    step.kind = XmlStep::Kind::kEnd;
    step.name = name_;
    return true;
  }
  for (;;) {
    const int state = xmlTextReaderRead(reader);
    if (state == 0) return false;
    if (state < 0)
      return base::bad_input(what_ + ": line " + std::to_string(xmlTextReaderGetParserLineNumber(reader)) +
                             ": not well-formed XML");
    const int type = xmlTextReaderNodeType(reader);
    if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
        type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE) {
      const xmlChar* value = xmlTextReaderConstValue(reader);
      text_ = value == nullptr ? "" : as_chars(value);
      step.kind = XmlStep::Kind::kText;
      step.text = text_;
      return true;
    }
    if (type != XML_READER_TYPE_ELEMENT && type != XML_READER_TYPE_END_ELEMENT) continue;
    const xmlChar* name = xmlTextReaderConstLocalName(reader);
    name_ = name == nullptr ? "" : as_chars(name);
    step.name = name_;
    step.kind = type == XML_READER_TYPE_ELEMENT ? XmlStep::Kind::kBegin : XmlStep::Kind::kEnd;
    if (step.kind == XmlStep::Kind::kEnd) return true;
    pending_end_ = xmlTextReaderIsEmptyElement(reader) == 1;
    step.attribute = [reader](const char* wanted) {
      xmlChar* value = xmlTextReaderGetAttribute(reader, reinterpret_cast<const xmlChar*>(wanted));
      std::string out = value == nullptr ? "" : as_chars(value);
      if (value != nullptr) xmlFree(value);
      return out;
    };
    return true;
  }
}
}  // namespace jindo::exports

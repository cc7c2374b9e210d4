namespace jindo::app { extern const int kapp_placeholder; const int kapp_placeholder = 0; }

namespace jindo::cli { extern const int kcli_placeholder; const int kcli_placeholder = 0; }

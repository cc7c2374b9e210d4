namespace jindo::casework { extern const int kcasework_placeholder; const int kcasework_placeholder = 0; }

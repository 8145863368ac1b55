       IDENTIFICATION DIVISION.
       PROGRAM-ID. greettest.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 WHO PIC X(20) VALUE "Ada".
       01 ANSWER PIC X(40).
       PROCEDURE DIVISION.
           CALL "greet" USING WHO ANSWER.
           IF ANSWER(9:3) NOT = "Ada" AND ANSWER(8:3) NOT = "Ada"
               MOVE 1 TO RETURN-CODE
               DISPLAY "not ok 1 - the name is missing"
           ELSE
               DISPLAY "ok 1 - the name is there"
           END-IF.
           MOVE SPACES TO WHO.
           CALL "greet" USING WHO ANSWER.
           IF ANSWER(1:3) = SPACES
               MOVE 1 TO RETURN-CODE
               DISPLAY "not ok 2 - nobody is greeted, too"
           ELSE
               DISPLAY "ok 2 - nobody is greeted, too"
           END-IF.
           STOP RUN.
       END PROGRAM greettest.

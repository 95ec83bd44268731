// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The layout of a job's word, in multiplications: parts do not touch each other, and come back as they went in
/// @notice src/job/JobWord shifts and masks. Shifts of 256-bit words are beyond z3 here (every such assertion ends as
/// unknown after 20 s), so the layout is stated as sums of products, which for disjoint parts is the same; the fuzz tests
/// test/fuzz/Packing.t.sol tie the two.
contract Packing {
    uint256 private constant STATE = 2 ** 248;
    uint256 private constant FLAGS = 2 ** 240;
    uint256 private constant DEADLINE = 2 ** 200;
    uint256 private constant EPOCH = 2 ** 176;

    function _word(uint8 state, uint8 flags, uint40 deadline, uint24 epoch, uint176 binding)
        private
        pure
        returns (uint256)
    {
        return state * STATE + flags * FLAGS + deadline * DEADLINE + epoch * EPOCH + binding;
    }

    function word_givesBackEachPart(uint8 state, uint8 flags, uint40 deadline, uint24 epoch, uint176 binding)
        external
        pure
    {
        uint256 word = _word(state, flags, deadline, epoch, binding);
        assert(word / STATE == state);
        assert(word / FLAGS % 2 ** 8 == flags);
        assert(word / DEADLINE % 2 ** 40 == deadline);
        assert(word / EPOCH % 2 ** 24 == epoch);
        assert(word % EPOCH == binding);
    }

    function word_ofAUsedJobIsNeverZero(uint8 state, uint8 flags, uint40 deadline, uint24 epoch, uint176 binding)
        external
        pure
    {
        require(state != 0, "no state of a used job is 0");
        assert(_word(state, flags, deadline, epoch, binding) != 0);
    }

    function word_aNewDeadlineChangesNothingElse(uint8 state, uint40 deadline, uint40 next, uint24 epoch, uint176 binding)
        external
        pure
    {
        uint256 word = _word(state, 0, deadline, epoch, binding);
        uint256 changed = word - deadline * DEADLINE + next * DEADLINE;
        assert(changed / STATE == state);
        assert(changed / DEADLINE % 2 ** 40 == next);
        assert(changed % DEADLINE == word % DEADLINE);
    }

    /// @notice 53 bytes of a verdict: what is read at byte 0, 8, 9 and 21 is what was written there.
    function verdict_givesBackEachPart(uint64 jobId, uint8 code, uint96 paid, uint88 resultFront) external pure {
        uint256 front = uint256(jobId) * 2 ** 192 + uint256(code) * 2 ** 184 + uint256(paid) * 2 ** 88 + resultFront;
        assert(front / 2 ** 192 == jobId);
        assert(front / 2 ** 184 % 2 ** 8 == code);
        assert(front / 2 ** 88 % 2 ** 96 == paid);
    }
}

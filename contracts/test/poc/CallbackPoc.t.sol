// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../../src/interfaces/AssayTypes.sol";
import {IAssayCallback, ICallbackRouter} from "../../src/interfaces/ICallbackRouter.sol";
import {CallbackWorld, Callee} from "../CallbackWorld.sol";

interface IPushingSettlement {
    function settled() external view returns (uint256);
    function settle(IAssayCallback[] calldata callees) external;
    function settleCarefully(IAssayCallback[] calldata callees) external;
}

interface ITrustingRouter {
    function isDelivered(uint64 jobId) external view returns (bool);
    function deliver(address callee, uint64 jobId, uint256 gasOrdered) external returns (bool done);
}

/// @title Mistakes of others about calling back
contract CallbackPocTest is CallbackWorld {
    /// @dev GOALS: callbacks with unlimited gas or that can block settlement.
    function test_poc_aCallbackThatBlocksSettlement() public {
        IPushingSettlement mistaken = IPushingSettlement(deploy("PushingSettlement.sol:PushingSettlement", ""));
        IAssayCallback[] memory both = new IAssayCallback[](2);
        both[0] = new Callee();
        both[1] = callee;
        callee.take(Callee.Vice.REVERTS);
        vm.expectPartialRevert(Callee.Unwilling.selector);
        mistaken.settle(both);
        assertEq(mistaken.settled(), 0, "exploited: nobody is settled");

        // Here settling calls nobody back; the job is FINAL already when its delivery fails, and stays it.
        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        assertFalse(router.deliver(shown));
        assertEq(uint256(jobs.job(jobId)), uint256(JobState.FINAL));
    }

    /// @dev GOALS: callbacks with unlimited gas.
    function test_poc_aCallbackThatBurnsAllGas() public {
        IPushingSettlement mistaken = IPushingSettlement(deploy("PushingSettlement.sol:PushingSettlement", ""));
        IAssayCallback[] memory one = new IAssayCallback[](1);
        one[0] = callee;
        callee.take(Callee.Vice.BURNS_GAS);
        uint256 before = gasleft();
        (bool done,) = address(mistaken).call{gas: 8_000_000}(abi.encodeCall(mistaken.settle, (one)));
        assertFalse(done);
        assertGt(before - gasleft(), 7_500_000, "exploited: the caller's gas is gone");

        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        before = gasleft();
        assertFalse(router.deliver{gas: 8_000_000}(shown));
        assertLt(before - gasleft(), CALLBACK_GAS + 100_000);
    }

    /// @dev A return bomb: what comes back is copied, at the caller's cost.
    function test_poc_aReturnBomb() public {
        IPushingSettlement mistaken = IPushingSettlement(deploy("PushingSettlement.sol:PushingSettlement", ""));
        IAssayCallback[] memory one = new IAssayCallback[](1);
        one[0] = callee;
        callee.take(Callee.Vice.REVERT_BOMB);
        (bool done,) = address(mistaken).call{gas: 640_000}(abi.encodeCall(mistaken.settleCarefully, (one)));
        assertFalse(done, "exploited: copying took what was left");

        (ICallbackRouter.Shown memory shown,) = _shown(JobState.FINAL);
        assertFalse(router.deliver{gas: 640_000}(shown), "failed, and over");
    }

    /// @dev EIP-150: a stranger sends too little gas, the callee fails, and the result counts as delivered.
    function test_poc_aStrangerStarvesADelivery() public {
        ITrustingRouter mistaken = ITrustingRouter(deploy("TrustingRouter.sol:TrustingRouter", ""));
        assertFalse(mistaken.deliver{gas: 60_000}(address(callee), 7, CALLBACK_GAS));
        assertTrue(mistaken.isDelivered(7), "exploited: gone for ever");
        assertEq(callee.calls(), 0);

        (ICallbackRouter.Shown memory shown, uint64 jobId) = _shown(JobState.FINAL);
        for (uint256 sent = 100_000; sent < 560_000; sent += 20_000) {
            try router.deliver{gas: sent}(shown) {} catch {}
            assertFalse(router.isDelivered(jobId));
            assertEq(callee.calls(), 0);
        }
        assertTrue(router.deliver(shown));
    }
}

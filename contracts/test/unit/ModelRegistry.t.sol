// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {World} from "../World.sol";

contract ModelRegistryTest is World {
    uint96 private constant BOND = 20e6;
    uint32 private constant BOND_S = 30 days;
    bytes32 private constant FAMILY = "minilm";
    bytes32 private constant WEIGHTS = keccak256("weights");
    bytes32 private constant TOKENIZER = keccak256("tokenizer");

    IModelRegistry private registry;

    function setUp() public override {
        super.setUp();
        bytes memory arguments = abi.encode(vault, governor.addr, BOND, BOND_S);
        registry = IModelRegistry(deploy("ModelRegistry.sol:ModelRegistry", arguments));
        _addModule(address(registry));
        _fundCredit(stranger.addr, 100e6);
    }

    function test_constructor_refusesNoGovernor() public {
        vm.expectRevert(IModelRegistry.ZeroAddress.selector);
        deploy("ModelRegistry.sol:ModelRegistry", abi.encode(vault, address(0), BOND, BOND_S));
    }

    function test_register_refusesAZeroHash() public {
        vm.expectRevert(IModelRegistry.ZeroHash.selector);
        registry.register(FAMILY, 0, TOKENIZER, "fp32", 10_000, 4);
        vm.expectRevert(IModelRegistry.ZeroHash.selector);
        registry.register(FAMILY, WEIGHTS, 0, "fp32", 10_000, 4);
    }

    function test_register_refusesAProfileThatIsNoneOrLong() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.WrongProfileLength.selector, 0, 32));
        registry.register(FAMILY, WEIGHTS, TOKENIZER, "", 10_000, 4);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.WrongProfileLength.selector, 33, 32));
        registry.register(FAMILY, WEIGHTS, TOKENIZER, "123456789012345678901234567890123", 10_000, 4);
    }

    function test_register_refusesABandThatAcceptsAnythingOrNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BandOutOfRange.selector, 0, 100_000_000));
        registry.register(FAMILY, WEIGHTS, TOKENIZER, "fp32", 0, 4);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BandOutOfRange.selector, 100_000_001, 100_000_000));
        registry.register(FAMILY, WEIGHTS, TOKENIZER, "fp32", 100_000_001, 4);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.WrongMargin.selector, 0));
        registry.register(FAMILY, WEIGHTS, TOKENIZER, "fp32", 10_000, 0);
    }

    function test_register_refusesTheSameModelTwice() public {
        bytes32 id = _registerAs(governor.addr, WEIGHTS);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AlreadyRegistered.selector, governor.addr, id));
        _registerAs(governor.addr, WEIGHTS);
    }

    function test_register_theIdIsTheSpecificationsModel() public view {
        assertEq(
            registry.idOf(WEIGHTS, TOKENIZER, "fp32"),
            keccak256(bytes.concat("assay/model/v1", WEIGHTS, TOKENIZER, "fp32"))
        );
    }

    function test_register_theGovernorsEntryNeedsNoBond() public {
        bytes32 id = _registerAs(governor.addr, WEIGHTS);
        IModelRegistry.Model memory model = registry.modelOf(governor.addr, id);
        assertEq(model.weightsHash, WEIGHTS);
        assertEq(model.tokenizerHash, TOKENIZER);
        assertEq(model.profile, "fp32");
        assertEq(model.bandPpb, 10_000);
        assertEq(model.margin, 4);
        assertEq(model.version, 1);
        assertEq(model.bondUntil, 0);
        assertFalse(model.bonded);
        assertTrue(registry.isListed(governor.addr, id));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoBond.selector, governor.addr, id));
        registry.returnBond(governor.addr, id);
    }

    function test_register_versionsFollowEachOther() public {
        bytes32 first = _registerAs(governor.addr, WEIGHTS);
        bytes32 second = _registerAs(governor.addr, keccak256("better weights"));
        assertEq(registry.versionsOf(governor.addr, FAMILY), 2);
        assertEq(registry.versionAt(governor.addr, FAMILY, 1), first);
        assertEq(registry.versionAt(governor.addr, FAMILY, 2), second);
        assertEq(registry.modelOf(governor.addr, second).version, 2);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, governor.addr, bytes32(0)));
        registry.versionAt(governor.addr, FAMILY, 3);
    }

    function test_register_nobodyTakesAnothersNameOrId() public {
        bytes32 strangers = _registerAs(stranger.addr, WEIGHTS);
        bytes32 own = _registerAs(governor.addr, WEIGHTS);
        assertEq(strangers, own);
        assertEq(registry.versionsOf(stranger.addr, FAMILY), 1);
        assertEq(registry.versionsOf(governor.addr, FAMILY), 1);
    }

    function test_returnBond_givesTheBondBackAfterItsTime() public {
        bytes32 id = _registerAs(stranger.addr, WEIGHTS);
        assertEq(vault.creditOf(stranger.addr), 100e6 - BOND);
        uint40 until = _now() + BOND_S;
        skip(BOND_S);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BondStillAnswers.selector, until, until));
        registry.returnBond(stranger.addr, id);
        skip(1);
        registry.returnBond(stranger.addr, id);
        assertEq(vault.creditOf(stranger.addr), 100e6);
        assertTrue(registry.isListed(stranger.addr, id));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoBond.selector, stranger.addr, id));
        registry.returnBond(stranger.addr, id);
    }

    function test_revoke_burnsTheBondAndKeepsTheEntry() public {
        bytes32 id = _registerAs(stranger.addr, WEIGHTS);
        vm.startPrank(governor.addr);
        registry.revoke(stranger.addr, id, "poisoned");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AlreadyRevoked.selector, stranger.addr, id));
        registry.revoke(stranger.addr, id, "poisoned");
        vm.stopPrank();
        assertEq(vault.burned(), BOND);
        assertFalse(registry.isListed(stranger.addr, id));
        assertEq(registry.modelOf(stranger.addr, id).weightsHash, WEIGHTS);
        skip(BOND_S + 1);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NoBond.selector, stranger.addr, id));
        registry.returnBond(stranger.addr, id);
    }

    function test_revoke_refusesAnyoneButTheGovernorAndUnknownModels() public {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotGovernor.selector, address(this), governor.addr));
        registry.revoke(stranger.addr, "id", "");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.UnknownModel.selector, stranger.addr, bytes32("id")));
        vm.prank(governor.addr);
        registry.revoke(stranger.addr, "id", "");
    }

    function _registerAs(address who, bytes32 weights) private returns (bytes32) {
        vm.prank(who);
        return registry.register(FAMILY, weights, TOKENIZER, "fp32", 10_000, 4);
    }
}
